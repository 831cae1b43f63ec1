/** Counts what was sent, numbers what is written. */
import type { Doors } from "./doors.ts";
import { type Mark, marks, type Word } from "./marks.ts";
import type { Side, TrialSettings } from "./settings.ts";

export interface Journal {
  write: (kind: string, fields: object) => void;
  mark: (word: Word, sampled?: boolean) => Mark;
  /** Items served so far. */
  served: Record<Side, number>;
  /** Items of the injected twin that were on and of a sampled trace: their spans must arrive. */
  onItems: () => number;
  bad: () => number;
  count: (side: Side, mark: Mark) => void;
  fail: (why: unknown) => void;
  /** The sequence of the one trace that was sent on to the real collector, or null. */
  forwardOnce: () => Promise<string | null>;
}

/** Failures that are told one by one; after that only their number. */
const MOST_TOLD = 5;

export const journal = (
  { attempt, token }: Pick<TrialSettings, "attempt" | "token">,
  doors: Doors,
  firstSeq = 0,
): Journal => {
  const served = { plain: 0, injected: 0 };
  let [seq, onItems, bad] = [firstSeq, 0, 0];
  let lastOn = "";
  let forwarded: string | null | undefined;
  return {
    served,
    mark: marks(token),
    onItems: () => onItems,
    bad: () => bad,
    write: (kind, fields) => {
      doors.write(JSON.stringify({ v: 1, attempt, seq, kind, ...fields }));
      seq += 1;
    },
    count: (side, { sequence, headers }) => {
      served[side] += 1;
      if (side === "plain" || headers["flashcard-otel-trial"] !== `${token};on`) return;
      if (!headers["traceparent"]?.endsWith("-01")) return;
      onItems += 1;
      lastOn = sequence;
    },
    fail: (why) => {
      bad += 1;
      // Not evidence: a line for whoever reads the log.
      if (bad <= MOST_TOLD)
        doors.write(`item failed: ${why instanceof Error ? why.message : String(why)}`);
    },
    forwardOnce: async () => {
      if (forwarded === undefined && lastOn !== "")
        forwarded = (await doors.forward(lastOn)) ? lastOn : null;
      return forwarded ?? null;
    },
  };
};
