/** A verdict in a few words. Pure. */
import type { TrialVerdict } from "@flashcard-otel/operator/migration/schema.ts";
import type { Colour } from "./paint.ts";

export const signed = (value: number | undefined): string =>
  value === undefined ? "?" : `${value < 0 ? "" : "+"}${value.toFixed(2)}`;

/** `cpu +0.41 % [+0.10, +0.82], 41 of about 60 pairs`; empty when nothing was measured. */
export const numbersOf = (verdict: TrialVerdict): string => {
  const { estimatePercent, lowerPercent, upperPercent, pairs, forecastPairs } = verdict;
  if (estimatePercent === undefined) return "";
  const bounds =
    lowerPercent === undefined ? "" : ` [${signed(lowerPercent)}, ${signed(upperPercent)}]`;
  const of = forecastPairs === undefined ? "" : ` of about ${forecastPairs}`;
  return `cpu ${signed(estimatePercent)} %${bounds}, ${pairs}${of} pairs`;
};

export const COLOURS: Record<TrialVerdict["verdict"], Colour> = {
  Passed: "green",
  Failed: "red",
  Error: "red",
  Inconclusive: "yellow",
  NotMeasured: "yellow",
  Running: "cyan",
};
