/**
 * The engine that decides: a self-normalised one-sided mixture e-process on paired differences.
 *
 * Shape: one observation D = ln(cost with / cost without) for each pair of measurements; margin m = ln(1 + limit).
 * Two hypotheses are tested at once: "mu >= m" (rejected: Passed) and "mu <= m" (rejected: Failed). All it needs is that D is
 * symmetric about its centre, which the random order of the arms supplies. Whatever the stopping rule and however often one
 * looks, a wrong Passed (or a wrong Failed) has at most probability alpha (Ville's inequality).
 * Source of the formulas: Howard, Ramdas, McAuliffe, Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences"
 * (2021), self-normalised bound for symmetric observations; half-normal mixture over a grid of precisions.
 */
import { logMeanExp, logPhi } from "./numeric.ts";

// Bound once: looked up as globals they dominate a simulation.
const { abs, ceil, log, log1p, max, sqrt } = Math;

/** Spans a factor of 5 in sigma each way around the planned one, so that a bad plan costs time and never validity. */
const GRID = [1 / 25, 1 / 5, 1, 5, 25];

export interface GatePlan {
  /** ln(1 + limit); 0 for "no difference". */
  margin: number;
  /** Precision around which the mixture is spread; from `planRho`. */
  rho: number;
  /** Accepted probability of a wrong verdict on either side; for any truth only one side can be wrong. */
  alpha: number;
  /** Of a wrong Failed, where several metrics share the alpha for failing. */
  alphaFail?: number;
}

/** What is left of all observations. Plain numbers: it may be stored and taken up again. */
export interface Gate {
  pairs: number;
  /** Sums of D and D². */
  sum: number;
  squares: number;
  /** Sums of (margin - D) and its square, kept apart because the difference of large sums would cancel. */
  below: number;
  belowSquares: number;
  /** ln E for "below the margin" and "above the margin", now. */
  logPass: number;
  logFail: number;
  /** The first decision stays. */
  verdict: "Running" | "Passed" | "Failed";
}

export const emptyGate: Gate = {
  pairs: 0,
  sum: 0,
  squares: 0,
  below: 0,
  belowSquares: 0,
  logPass: 0,
  logFail: 0,
  verdict: "Running",
};

/** One more observation. Throws for a value that is not finite. */
export const observe = (gate: Gate, d: number, plan: GatePlan): Gate => {
  if (!Number.isFinite(d))
    throw new Error(`adding observation ${gate.pairs + 1}: not a finite number`);
  const x = plan.margin - d;
  const below = gate.below + x;
  const belowSquares = gate.belowSquares + x * x;
  const logPass = logE(below, belowSquares, plan.rho);
  const logFail = logE(-below, belowSquares, plan.rho);
  return {
    pairs: gate.pairs + 1,
    sum: gate.sum + d,
    squares: gate.squares + d * d,
    below,
    belowSquares,
    logPass,
    logFail,
    verdict: gate.verdict === "Running" ? decide({ logPass, logFail }, plan) : gate.verdict,
  };
};

export const observeAll = (observations: readonly number[], plan: GatePlan): Gate =>
  observations.reduce((gate, d) => observe(gate, d, plan), emptyGate);

const decide = (
  { logPass, logFail }: Pick<Gate, "logPass" | "logFail">,
  { alpha, alphaFail = alpha }: Pick<GatePlan, "alpha" | "alphaFail">,
): Gate["verdict"] => {
  if (logPass >= -log(alpha)) return "Passed";
  return logFail >= -log(alphaFail) ? "Failed" : "Running";
};

/** ln E of the whole grid for s = sum of x, v = sum of x². */
const logE = (s: number, v: number, rho: number): number =>
  logMeanExp(GRID.map((factor) => logComponent(s, v, rho * factor)));

/** ln M of one precision: 0.5 ln(4 rho / (v + rho)) + s² / (2 (v + rho)) + ln Phi(s / sqrt(v + rho)). */
export const logComponent = (s: number, v: number, rho: number): number => {
  const w = v + rho;
  return 0.5 * log((4 * rho) / w) + (s * s) / (2 * w) + logPhi(s / sqrt(w));
};

/** ln E of the two-sided version, the average of both sides. */
export const logTwoSided = (s: number, v: number, rho: number): number =>
  logMeanExp(
    GRID.map((factor) => {
      const w = v + rho * factor;
      return 0.5 * log((rho * factor) / w) + (s * s) / (2 * w);
    }),
  );

/** The precision that is best around `pairs` observations of standard deviation `sigma` (both only planned). */
export const planRho = ({
  sigma,
  pairs,
  alpha,
}: {
  sigma: number;
  pairs: number;
  alpha: number;
}): number => {
  const a = 2 * log(1 / (2 * alpha));
  return (pairs * sigma * sigma) / (a + log1p(a));
};

export interface Interval {
  lower: number;
  upper: number;
}

const FIRST_STEP = 1e-6;
const GROWTH = 1.1;
/** Costs do not differ by more than a factor of e⁵. */
const FARTHEST = 5;

/**
 * All centres (log scale) that the two-sided e-process does not reject at `alpha`; undefined while there is no end yet on a side.
 * It holds at all times simultaneously. Passed at alpha 0.05 nearly coincides with the 90 % interval (alpha 0.1).
 */
export const interval = (
  gate: Gate,
  { rho, alpha }: { rho: number; alpha: number },
): Interval | undefined => {
  if (gate.pairs === 0) return undefined;
  const rejected = (mu: number): boolean => {
    const s = gate.pairs * mu - gate.sum;
    const v = gate.squares - 2 * mu * gate.sum + gate.pairs * mu * mu;
    return logTwoSided(s, max(0, v), rho) >= -log(alpha);
  };
  const centre = gate.sum / gate.pairs;
  const lower = edge(centre, -1, rejected);
  const upper = edge(centre, 1, rejected);
  return lower === undefined || upper === undefined ? undefined : { lower, upper };
};

/** The first distance from the centre, outward, that is rejected. */
const edge = (
  centre: number,
  direction: 1 | -1,
  rejected: (mu: number) => boolean,
): number | undefined => {
  let inside = 0;
  for (let step = FIRST_STEP; step < FARTHEST; step *= GROWTH) {
    if (rejected(centre + direction * step))
      return bisect(centre + direction * inside, centre + direction * step, rejected);
    inside = step;
  }
  return undefined;
};

const bisect = (kept: number, lost: number, rejected: (mu: number) => boolean): number => {
  let [inside, outside] = [kept, lost];
  for (let i = 0; i < 60; i += 1) {
    const middle = (inside + outside) / 2;
    if (rejected(middle)) outside = middle;
    else inside = middle;
  }
  return outside;
};

/** A mixture needs this much more than the best single precision would. */
const MIXTURE = 1.4;

/**
 * Pairs after which a decision is to be expected (in all, not in addition) if centre and spread stay as they are:
 * 1.4 * 2 ln(1/alpha) (sigma² + g²) / g², g = distance from the margin. Infinity at the margin itself.
 */
export const expectedPairs = ({
  sigma,
  distance,
  alpha,
}: {
  sigma: number;
  distance: number;
  alpha: number;
}): number => {
  const g2 = distance * distance;
  return g2 === 0 ? Infinity : (MIXTURE * 2 * log(1 / alpha) * (sigma * sigma + g2)) / g2;
};

const FIRST_FORECAST = 3;
/** Before this many pairs nothing is called futile. */
const FIRST_FUTILITY = 40;

/** `expected`: total pairs, as things look. `futile`: even a truth two standard errors farther from the margin needs more than `maxPairs`. */
export const forecast = (
  gate: Gate,
  plan: GatePlan,
  maxPairs: number,
): { expected?: number; futile: boolean } => {
  if (gate.pairs < FIRST_FORECAST) return { futile: false };
  const { sigma, centre } = spread(gate);
  const distance = abs(plan.margin - centre);
  const expected = expectedPairs({ sigma, distance, alpha: plan.alpha });
  const hopeful = distance + (2 * sigma) / sqrt(gate.pairs);
  const futile =
    gate.pairs >= FIRST_FUTILITY &&
    expectedPairs({ sigma, distance: hopeful, alpha: plan.alpha }) > maxPairs;
  return Number.isFinite(expected) ? { expected: ceil(expected), futile } : { futile };
};

/** Mean and standard deviation of the observations. */
export const spread = ({ pairs, sum, squares }: Gate): { sigma: number; centre: number } => {
  const centre = pairs === 0 ? 0 : sum / pairs;
  const variance = pairs < 2 ? 0 : max(0, squares - pairs * centre * centre) / (pairs - 1);
  return { sigma: sqrt(variance), centre };
};
