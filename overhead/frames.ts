/** How the interval closed in: what each prefix of the evidence said. Pure. */
import { type Evidence, parseEvidence } from "../verdict/evidence.ts";
import type { Budget } from "../verdict/reading.ts";
import { judgeTrial } from "../verdict/trial.ts";

export interface Frame {
  pairs: number;
  estimate: number;
  lower: number;
  upper: number;
}

/** One for each line that had an interval; throws for evidence that is damaged. */
export const framesOf = (text: string, budget: Budget): Frame[] => {
  const evidence = parseEvidence(text);
  if ("damaged" in evidence) throw new Error(evidence.damaged);
  return evidence.lines.flatMap(({ kind }, i) =>
    kind === "block" || kind === "epoch" ? frameAfter(evidence, i + 1, budget) : [],
  );
};

const frameAfter = (evidence: Evidence, lines: number, budget: Budget): Frame[] => {
  const prefix = { ...evidence, lines: evidence.lines.slice(0, lines) };
  const { pairs, estimatePercent, lowerPercent, upperPercent } = judgeTrial(prefix, budget);
  return estimatePercent === undefined || lowerPercent === undefined || upperPercent === undefined
    ? []
    : [{ pairs, estimate: estimatePercent, lower: lowerPercent, upper: upperPercent }];
};
