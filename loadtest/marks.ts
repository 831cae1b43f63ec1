/** What every request of a trial carries. Both arms carry the same headers, so that the application parses the same. */

export interface Mark {
  /** 16 hex characters, even for items that are on, odd for those that are off. */
  sequence: string;
  headers: Record<string, string>;
}

export type Word = "on" | "off" | "off;flush";

/** Numbers the items of one attempt. */
export const marks = (token: string): ((word: Word) => Mark) => {
  let count = 0;
  return (word) => {
    const number = 2 * count + (word === "on" ? 0 : 1);
    count += 1;
    const sequence = number.toString(16).padStart(16, "0");
    // The parent of an item is nobody: a span id that is never exported. Zeros would be invalid.
    const parent = (number + 1).toString(16).padStart(16, "f");
    return {
      sequence,
      headers: {
        "flashcard-otel-trial": `${token};${word}`,
        traceparent: `00-${token}${sequence}-${parent}-01`,
      },
    };
  };
};
