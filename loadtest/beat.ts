/** What the pulse counts. Totals since the start; nothing is forgotten, so the last line says everything. */

export interface Summary {
  kind: "pulse";
  /** Items begun, followed to their result in time, failed (lost, wrong or late), and still on their way. */
  items: number;
  done: number;
  failed: number;
  inFlight: number;
  /** Longest time without any successful answer. */
  longestGapMs: number;
  /** HTTP requests of the items; failed: no answer, or a status outside 200-399. */
  requests: number;
  failedRequests: number;
  lastFailure: string | null;
}

export interface Beat {
  begin: () => void;
  done: () => void;
  fail: (sentence: string) => void;
  /** `status` 0: no answer. */
  answered: (status: number, what: string) => void;
  summary: () => Summary;
}

const MOST_WORDS = 300;

/** `now` in milliseconds. The first silence begins with the first item. */
export const beat = (now: () => number): Beat => {
  const total = { items: 0, done: 0, failed: 0, requests: 0, failedRequests: 0 };
  let lastFailure: string | null = null;
  let lastSuccess: number | undefined;
  let longest = 0;
  const silence = (): number => (lastSuccess === undefined ? 0 : now() - lastSuccess);
  return {
    begin: () => {
      total.items += 1;
      lastSuccess ??= now();
    },
    done: () => {
      total.done += 1;
    },
    fail: (sentence) => {
      total.failed += 1;
      lastFailure = sentence.slice(0, MOST_WORDS);
    },
    answered: (status, what) => {
      total.requests += 1;
      if (status >= 200 && status <= 399) {
        longest = Math.max(longest, silence());
        lastSuccess = now();
        return;
      }
      total.failedRequests += 1;
      lastFailure =
        `${what} ${status === 0 ? "was not answered" : `was answered with ${status}`}`.slice(
          0,
          MOST_WORDS,
        );
    },
    summary: () => ({
      kind: "pulse",
      ...total,
      inFlight: total.items - total.done - total.failed,
      // A silence that still lasts counts already.
      longestGapMs: Math.round(Math.max(longest, silence())),
      lastFailure,
    }),
  };
};
