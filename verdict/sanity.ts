/**
 * The sanity pair: single items alternating between a plain and an injected twin that have served equally many before. It sees
 * what toggling cannot (being loaded, garbage), and it cannot be precise: two processes of the same program differ by themselves.
 */
import { type Gate, type GatePlan, interval, observeAll, planRho } from "./engine.ts";
import type { TwinLine } from "./evidence.ts";
import { clipper } from "./outliers.ts";

/** Two equal processes differ by 2 % (one standard deviation, measured); twice that is no reason to block. */
const PAIR_EFFECT_PERCENT = 4;
/** Planned for one item against one item; the grid covers a factor of five each way. */
const SIGMA = 0.1;
const PAIRS = 100;

export interface Sanity {
  estimatePercent: number;
  lowerPercent?: number;
  upperPercent?: number;
  /** Above the guard by more than two equal processes differ. */
  exceeds: boolean;
}

/** undefined when a reading is not positive: then nothing was measured. */
export const sanityOf = (
  twin: TwinLine,
  { guardPercent, alpha }: { guardPercent: number; alpha: number },
): Sanity | undefined => {
  const { pairs } = twin;
  if (pairs.length === 0 || pairs.some(([plain, injected]) => plain <= 0 || injected <= 0))
    return undefined;
  const flush = (twin.flushUs ?? 0) / pairs.length;
  const margin = Math.log(1 + (guardPercent + PAIR_EFFECT_PERCENT) / 100);
  const plan: GatePlan = { margin, rho: planRho({ sigma: SIGMA, pairs: PAIRS, alpha }), alpha };
  const logs = pairs.map(([plain, injected]) => Math.log(Math.max(1, injected + flush) / plain));
  const gate = observeAll(logs.map(clipper(logs)), plan);
  return {
    estimatePercent: percent(gate.sum / gate.pairs),
    ...limits(gate, plan),
    exceeds: gate.verdict === "Failed",
  };
};

const limits = (gate: Gate, { rho }: GatePlan): Pick<Sanity, "lowerPercent" | "upperPercent"> => {
  const found = interval(gate, { rho, alpha: 0.1 });
  return found ? { lowerPercent: percent(found.lower), upperPercent: percent(found.upper) } : {};
};

/** From log scale. */
export const percent = (log: number): number => Math.expm1(log) * 100;
