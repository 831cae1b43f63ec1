/** What every request of a trial carries. Both arms carry the same headers, so that the application parses the same. */

export interface Mark {
  /** 16 hex characters, even for items that are on, odd for those that are off. */
  sequence: string;
  headers: Record<string, string>;
}

export type Word = "on" | "off" | "off;flush";

/** Whether the trace of the nth item is sampled: evenly spread, so that every block has its share. */
export const isSampled = (n: number, ratio: number): boolean =>
  Math.floor((n + 1) * ratio) > Math.floor(n * ratio);

/** Numbers the items of one attempt. `sampled` is what a caller would have decided about the item's trace. */
export const marks = (token: string): ((word: Word, sampled?: boolean) => Mark) => {
  let count = 0;
  return (word, sampled = true) => {
    const number = 2 * count + (word === "on" ? 0 : 1);
    count += 1;
    const sequence = number.toString(16).padStart(16, "0");
    // The parent of an item is nobody: a span id that is never exported. Zeros would be invalid.
    const parent = (number + 1).toString(16).padStart(16, "f");
    return {
      sequence,
      headers: {
        "flashcard-otel-trial": `${token};${word}`,
        traceparent: `00-${token}${sequence}-${parent}-${sampled ? "01" : "00"}`,
      },
    };
  };
};
