/**
 * How the tools of the field decide, restated from their documentation, on the same windows our engine sees. All look once per window
 * at the cost of the candidate and of the baseline; "within the limit" is a ratio of at most 1.01.
 */
import { emptyGate, type GatePlan, observe, planRho } from "./engine.ts";
import { mean, median } from "./numeric.ts";

/** Microseconds per item, window by window; `d` is our engine's observation of the same window, log scale. */
export interface Windows {
  on: readonly number[];
  off: readonly number[];
  d: readonly number[];
}

export interface Decision {
  verdict: "Passed" | "Failed" | "Undecided";
  /** Windows until then. */
  pairs: number;
}

export type Rule = (windows: Windows) => Decision;

const LIMIT = 1.01;

const isGood = ({ on, off }: Windows, i: number): boolean =>
  (on[i] ?? NaN) / (off[i] ?? NaN) <= LIMIT;

/** Counts good and bad windows; the counters never go back. */
const counting =
  ({ good, bad }: { good: number; bad: number }): Rule =>
  (windows) => {
    const seen = { good: 0, bad: 0 };
    for (let i = 0; i < windows.on.length; i += 1) {
      if (isGood(windows, i)) seen.good += 1;
      else seen.bad += 1;
      if (seen.bad >= bad) return { verdict: "Failed", pairs: i + 1 };
      if (seen.good >= good) return { verdict: "Passed", pairs: i + 1 };
    }
    return { verdict: "Undecided", pairs: windows.on.length };
  };

/** `analysis: {iterations: 10, threshold: 5}`: ten checks that succeed promote, five that fail (in all) roll back. */
export const flagger: Rule = counting({ good: 10, bad: 5 });

/** `count: 10, failureLimit: 3`: ten measurements, more than three failures fail the run. */
export const argo: Rule = (windows) => {
  let failures = 0;
  const count = 10;
  for (let i = 0; i < windows.on.length; i += 1) {
    if (!isGood(windows, i)) failures += 1;
    if (failures > 3) return { verdict: "Failed", pairs: i + 1 };
    if (i + 1 === count) return { verdict: "Passed", pairs: count };
  }
  return { verdict: "Undecided", pairs: windows.on.length };
};

const KAYENTA_WINDOWS = 60;
const CONFIDENCE = 2.3263478740408408;
const TOLERANCE = 0.25;

/**
 * One judgement of the standard judge after an hour of one-minute windows: High (and so Failed) where the 98 % Mann-Whitney interval of
 * the shift lies beyond a quarter of the Hodges-Lehmann estimate and the ratio of the means reaches `allowedIncrease` 1.01.
 */
export const kayenta: Rule = ({ on, off }) => {
  const pairs = Math.min(KAYENTA_WINDOWS, on.length);
  const [candidate, baseline] = [on.slice(0, pairs), off.slice(0, pairs)];
  const shifts = candidate.flatMap((a) => baseline.map((b) => a - b)).toSorted((a, b) => a - b);
  const spread = Math.sqrt((pairs * pairs * (2 * pairs + 1)) / 12);
  const rank = Math.max(0, Math.floor((pairs * pairs) / 2 - CONFIDENCE * spread));
  const lower = shifts[rank] ?? NaN;
  const high =
    lower > TOLERANCE * Math.abs(median(shifts)) && mean(candidate) / mean(baseline) >= LIMIT;
  return { verdict: high ? "Failed" : "Passed", pairs };
};

const plan: GatePlan = {
  margin: Math.log(LIMIT),
  rho: planRho({ sigma: 0.03, pairs: 345, alpha: 0.05 }),
  alpha: 0.05,
};

export const ours: Rule = ({ d }) => {
  let gate = emptyGate;
  for (const one of d) {
    gate = observe(gate, one, plan);
    if (gate.verdict !== "Running") return { verdict: gate.verdict, pairs: gate.pairs };
  }
  return { verdict: "Undecided", pairs: d.length };
};
