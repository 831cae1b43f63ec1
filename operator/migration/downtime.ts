/** The totals of the pulse as people read them, apart from what it needs to go on counting when it starts again. Pure. */
import type { Status } from "./schema.ts";
import type { PulseWorld } from "./types.ts";

/** One sentence for people, the same wherever it is said. */
export const downtimeSentence = ({
  sent,
  failed,
  longestGapMs,
}: Pick<NonNullable<Status["downtime"]>, "sent" | "failed" | "longestGapMs">): string =>
  `${sent} requests sent, ${failed} failed, longest gap ${longestGapMs} ms`;

export const remembered = ({
  run,
  sentBefore,
  itemsBefore,
  failedBefore,
  lastFailure,
  ...totals
}: PulseWorld): Required<Pick<Status, "downtime" | "pulse">> => ({
  downtime: { ...totals, ...(lastFailure ? { lastFailure } : {}) },
  pulse: { run, sentBefore, itemsBefore, failedBefore },
});
