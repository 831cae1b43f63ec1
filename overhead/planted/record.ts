/** A trial as far as decision rules look at it: one line of JSON. Pure. */
import { differenceOf } from "../../verdict/calibration.ts";
import { parseEvidence } from "../../verdict/evidence.ts";
import { withSharedExport } from "../../verdict/export.ts";
import { mean } from "../../verdict/numeric.ts";

/**
 * `on` and `off`: mean CPU microseconds of the items of a block, as a metrics system would show them; `d`: the engine's observations.
 * Throws for evidence that is damaged.
 */
export const compact = (planted: number, text: string): string => {
  const evidence = parseEvidence(text);
  if ("damaged" in evidence) throw new Error(evidence.damaged);
  const [plan] = evidence.lines;
  const blocks = evidence.lines.flatMap((line) =>
    line.kind === "block" && line.phase === "ab" && plan?.kind === "plan" && plan.key === "marginal"
      ? [withSharedExport(line, plan)]
      : [],
  );
  const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
  return `${JSON.stringify({
    planted,
    on: blocks.map(({ on, flushUs }) => rounded(mean(on) + flushUs / on.length, 1)),
    off: blocks.map(({ off }) => rounded(mean(off), 1)),
    d: blocks.map((block) => rounded(differenceOf(block), 5)),
  })}\n`;
};
