/** The positive control: what was sent and what arrived must be the same items. */
import type { ControlLine } from "./evidence.ts";
import { count } from "./sentence.ts";

/** What must have arrived: spans of every item of a sampled trace, or metrics only. */
export type Control = "every" | "metrics";

interface Missing {
  reason: string;
  message: string;
}

/** What is wrong with the control, or undefined. */
export const missingOf = (line: Counts, expected: Control): Missing | undefined =>
  strays(line) ?? gaps(line, expected);

type Counts = Pick<ControlLine, "onItems" | "spans" | "traces" | "offTraces" | "metricPoints">;

/** More arrived than should have. */
const strays = ({ onItems, traces, offTraces }: Counts): Missing | undefined => {
  if (offTraces > 0)
    return {
      reason: "SpansOfMutedItems",
      message: `${count(offTraces, "item")} that were off sent spans all the same`,
    };
  return traces > onItems
    ? {
        reason: "SpansOfUnknownItems",
        message: `${traces} traces arrived, but only ${count(onItems, "item")} were on`,
      }
    : undefined;
};

/** Less arrived than should have. */
const gaps = (line: Counts, expected: Control): Missing | undefined => {
  const { onItems, spans, traces, metricPoints = 0 } = line;
  if (expected === "metrics") {
    const message = `no metrics from this pod, though ${count(onItems, "item")} were on`;
    return metricPoints === 0 ? { reason: "NoMetrics", message } : undefined;
  }
  return Math.min(traces, spans) < onItems
    ? {
        reason: "NoSpans",
        message:
          traces === 0
            ? `no spans from this pod, though ${count(onItems, "item")} were on`
            : `spans of ${traces} items arrived from this pod, ${onItems} were on`,
      }
    : undefined;
};
