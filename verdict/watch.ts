/**
 * What is watched besides the cost: failed items and slow ones. The differences between the arms of a block go through the engine
 * with margin 0, which the drawn order makes symmetric while nothing differs, however bursty the events are.
 */
import { logMoreOften } from "./counts.ts";
import { emptyGate, type Gate, type GatePlan, observe, observeAll, planRho } from "./engine.ts";
import type { BlockLine } from "./evidence.ts";
import { deviation, logMeanExp, quantile } from "./numeric.ts";

/** Any of several metrics may fail a trial: they share its alpha (Bonferroni), and the cost gets most of it. */
export const ALPHA_SHARES = { cost: 0.6, failures: 0.2, tail: 0.2 } as const;

export interface Watch {
  /** Items failed where nothing was on, and it is known of later ones whether they were on. */
  failsByItself: boolean;
  failures: Gate;
  /** The sharper test sees a difference; it may be a burst, so it never fails a trial, it only keeps it from passing. */
  suspicious: boolean;
  /** Absent where no item's duration was recorded. */
  tail: Tail | undefined;
}

export interface Tail {
  /** ln E against "no slower than allowed", now. */
  logFail: number;
  /** What has shown it, as it stood then; absent while nothing has. */
  exceeded?: Exceeded;
}

export interface Exceeded {
  /** Blocks until then. */
  blocks: number;
  /** What is called slow: longer than this share of the items that are off. */
  level: number;
  /** How many items more were slow on the side that was on. */
  more: number;
}

interface Limits {
  alpha: number;
  /** What the slowest items may take longer. */
  tailPercent: number;
}

export const watch = (
  { aa, ab }: { aa: readonly BlockLine[]; ab: readonly BlockLine[] },
  limits: Limits,
): Watch => {
  const on = ab.reduce((sum, block) => sum + (block.badOn ?? 0), 0);
  const off = ab.reduce((sum, block) => sum + block.bad, 0) - on;
  return {
    failsByItself: aa.some(({ bad }) => bad > 0) && ab.every(({ badOn }) => badOn !== undefined),
    failures: observeAll(
      ab.map(moreFailed),
      planOf(aa.map(moreFailed), limits.alpha * ALPHA_SHARES.failures),
    ),
    suspicious: logMoreOften({ on, off }) >= -Math.log(limits.alpha),
    tail: tailOf(aa, ab, limits),
  };
};

const moreFailed = ({ bad, badOn = 0 }: BlockLine): number => 2 * badOn - bad;

/** Shares of the items that were off and took less: some delays show far out, on a busy machine they show nearer. */
const LEVELS = [0.9, 0.95, 0.99];

/** A mean of e-processes is one: the levels need no further share of alpha. */
const tailOf = (
  aa: readonly BlockLine[],
  ab: readonly BlockLine[],
  { alpha, tailPercent }: Limits,
): Tail | undefined => {
  const durations = aa.flatMap(({ wallOn = [], wallOff = [] }) => [...wallOn, ...wallOff]);
  if (durations.length === 0) return undefined;
  let depths = LEVELS.map((level): Depth => ({
    level,
    plan: tailPlan(aa, quantile(durations, level), tailPercent),
    gate: emptyGate,
  }));
  let tail: Tail = { logFail: 0 };
  for (const block of ab) {
    depths = depths.map(({ level, plan, gate }) => ({
      level,
      plan,
      gate: observe(gate, plan.difference(block), plan),
    }));
    const logFail = logMeanExp(depths.map(({ gate }) => gate.logFail));
    const isShown = logFail >= -Math.log(alpha * ALPHA_SHARES.tail);
    const exceeded = tail.exceeded ?? (isShown ? clearest(depths) : undefined);
    tail = { logFail, ...(exceeded ? { exceeded } : {}) };
  }
  return tail;
};

/** How far out an item must be to be called slow, and what has been seen there. */
interface Depth {
  level: number;
  plan: ReturnType<typeof tailPlan>;
  gate: Gate;
}

const clearest = (depths: readonly Depth[]): Exceeded | undefined =>
  depths
    .toSorted((one, other) => other.gate.logFail - one.gate.logFail)
    .map(({ level, gate: { pairs, sum } }) => ({ level, blocks: pairs, more: sum }))[0];

/** Counts items that were slower than `slow`, those that were on by what is allowed besides. */
const tailPlan = (aa: readonly BlockLine[], slow: number, tailPercent: number) => {
  const allowed = slow * (1 + tailPercent / 100);
  const above = (values: readonly number[], limit: number): number =>
    values.filter((value) => value > limit).length;
  const difference = ({ wallOn = [], wallOff = [] }: BlockLine): number =>
    above(wallOn, allowed) - above(wallOff, slow);
  return { ...planOf(aa.map(difference), 1), difference };
};

/** Planned for a difference as large as the noise of a block. */
const PAIRS = 10;
const QUIETEST = 0.5;

const planOf = (calm: readonly number[], alpha: number): GatePlan => {
  const sigma = Math.max(QUIETEST, deviation(calm));
  return { margin: 0, rho: planRho({ sigma, pairs: PAIRS, alpha: PLAN_ALPHA }), alpha };
};

/** Of the plan only: it costs time when wrong, never validity. */
const PLAN_ALPHA = 0.01;
