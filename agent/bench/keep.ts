/** What has to be undone when something is over, whichever way it ended. */

/** Takes one more; the newest is undone first. */
export type Keep = (stop: () => Promise<unknown>) => void;

export const tidied = async <T>(work: (keep: Keep) => Promise<T>): Promise<T> => {
  const stops: (() => Promise<unknown>)[] = [];
  try {
    return await work((stop) => stops.unshift(stop));
  } finally {
    for (const stop of stops) await stop();
  }
};
