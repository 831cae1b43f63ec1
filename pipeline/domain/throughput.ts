/**
 * Words per second of the batches that ended here, smoothed: a batch of five words says little by itself, and two
 * readers that look at different moments must see about the same number.
 */
export interface Throughput {
  add: (batch: { words: number; seconds: number }) => void;
  /** `undefined` until a batch has ended. */
  value: () => number | undefined;
}

/** The weight of the latest batch. */
const weight = 0.1;

export const createThroughput = (): Throughput => {
  let smoothed: { words: number; seconds: number } | undefined;
  return {
    add: ({ words, seconds }) => {
      smoothed = smoothed
        ? {
            words: smoothed.words * (1 - weight) + words * weight,
            seconds: smoothed.seconds * (1 - weight) + seconds * weight,
          }
        : { words, seconds };
    },
    value: () => smoothed && smoothed.words / Math.max(smoothed.seconds, 0.001),
  };
};
