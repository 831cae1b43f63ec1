/** Decision rules on trials whose truth is known. Pure; seeds are fixed. */
import { median } from "./numeric.ts";
import { gaussian, mulberry32 } from "./random.ts";
import { argo, flagger, kayenta, ours, type Rule, type Windows } from "./rules.ts";

export interface Trial extends Windows {
  /** What the candidate truly costs more, in percent. */
  planted: number;
}

export interface Outcome {
  rule: string;
  trials: number;
  /** Harmless ones that failed, and harmful ones that passed. */
  wrong: number;
  undecided: number;
  /** Median over all trials. */
  pairs: number;
}

export const rules: Record<string, Rule> = { ours, flagger, argo, kayenta };

/** What a candidate may cost more. */
const LIMIT_PERCENT = 1;

export const compare = (trials: readonly Trial[]): Outcome[] =>
  Object.entries(rules).map(([rule, decide]) => {
    const decisions = trials.map((trial) => ({ trial, ...decide(trial) }));
    const wrong = decisions.filter(({ trial, verdict }) =>
      trial.planted < LIMIT_PERCENT ? verdict === "Failed" : verdict === "Passed",
    );
    return {
      rule,
      trials: trials.length,
      wrong: wrong.length,
      undecided: decisions.filter(({ verdict }) => verdict === "Undecided").length,
      pairs: median(decisions.map(({ pairs }) => pairs)),
    };
  });

const TRUTHS = [0, 0.5, 2, 5];
/** Of the difference of a window, and of what both arms share: a node that is busier or quieter for a while. */
const SIGMA = 0.03;
const SHARED = { sigma: 0.05, memory: 0.8 };
const WINDOWS = 1000;

/** As many of each truth, each with noise of its own. */
export const simulated = (trials: number, seed: number): Trial[] =>
  Array.from({ length: trials }, (_, i) => trialOf(TRUTHS[i % TRUTHS.length] ?? 0, seed + i));

const trialOf = (planted: number, seed: number): Trial => {
  const normal = gaussian(mulberry32(seed));
  let busy = 0;
  const windows = Array.from({ length: WINDOWS }, () => {
    busy = SHARED.memory * busy + SHARED.sigma * Math.sqrt(1 - SHARED.memory ** 2) * normal();
    const off = 1000 * Math.exp(busy);
    const d = Math.log(1 + planted / 100) + SIGMA * normal();
    return { off, d, on: off * Math.exp(d) };
  });
  return {
    planted,
    on: windows.map(({ on }) => on),
    off: windows.map(({ off }) => off),
    d: windows.map(({ d }) => d),
  };
};
