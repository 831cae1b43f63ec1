/** How long items took, with the agent and without. Pure. */
import { evidenceOf } from "./result.ts";

export interface Percentiles {
  p50: number;
  p99: number;
}

/** Milliseconds; null where nothing was measured. */
export interface Latency {
  plain: Percentiles | null;
  agent: Percentiles | null;
}

export const percentilesOf = (values: readonly number[]): Percentiles | null => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Number((sorted[Math.ceil(share * sorted.length) - 1] ?? NaN).toFixed(2));
  return sorted.length === 0 ? null : { p50: at(0.5), p99: at(0.99) };
};

/** Of items on and off. */
export const toggledLatency = (text: string): Latency => {
  const blocks = evidenceOf(text)
    .lines.filter((line) => line.kind === "block")
    .filter(({ phase }) => phase === "ab");
  return {
    plain: percentilesOf(blocks.flatMap(({ wallOff = [] }) => wallOff)),
    agent: percentilesOf(blocks.flatMap(({ wallOn = [] }) => wallOn)),
  };
};
