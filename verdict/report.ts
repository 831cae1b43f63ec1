/** What a verdict looks like, and the numbers in it. */
import type { Calibration } from "./calibration.ts";
import { cpuMicros, estimateOf, type Reading, spansPerItem } from "./reading.ts";
import type { Sanity } from "./sanity.ts";

export type Outcome = "Running" | "Passed" | "Failed" | "Inconclusive" | "Error";

/**
 * Reasons: Passed WithinBudget, WithinGuard; Failed BudgetExceeded, GuardExceeded, RequestsFailed, MoreErrors, TailExceeded;
 * Inconclusive BudgetUndecided, GuardUndecided; Running
 * Calibrating, Measuring, AwaitingControl; Error PlanChanged, ItemsFail, CannotMeasure, NotCalibrated, EnvironmentBiased, UnequalHistories,
 * NoSpans, SpansOfMutedItems, SpansOfUnknownItems, NoControl, Aborted.
 */
export interface Verdict {
  verdict: Outcome;
  reason: string;
  /** One sentence. */
  message: string;
  /** CPU per item, instrumented against not: marginal cost with export. 90 % interval, valid at every look. */
  estimatePercent?: number;
  lowerPercent?: number;
  upperPercent?: number;
  /** Blocks of pairs that were compared. */
  pairs: number;
  /** ln E for "below the limit" and "above the limit"; ln(1 / alpha) decides. */
  logPass: number;
  logFail: number;
  /** Blocks that will be needed in all, as things look. */
  forecastPairs?: number;
  /** Application CPU of an item without the agent. */
  cpuMicrosPerItem?: number;
  spansPerItem?: number;
  cpuMicrosPerSpan?: number;
  /** Whole cost as the sanity pair shows it: one pair of processes with equal histories. */
  guardPercent?: number;
  guardLowerPercent?: number;
  guardUpperPercent?: number;
  aa?: { blocks: number; sigmaPercent: number; lag1: number; batch: number; logBias: number };
}

export interface Finding {
  verdict: Outcome;
  reason: string;
  /** Absent: the numbers speak. */
  message?: string;
}

export type Numbers = Omit<Verdict, "verdict" | "reason" | "message">;

export const numbersOf = (reading: Reading, { verdict }: Pick<Finding, "verdict">): Numbers => {
  const open = verdict === "Running" || verdict === "Inconclusive";
  const { estimate, lower, upper } = estimateOf(reading);
  return {
    pairs: reading.ab.length,
    logPass: rounded(reading.gate.logPass, 4),
    logFail: rounded(reading.gate.logFail, 4),
    ...present({
      estimatePercent: round(estimate, 3),
      lowerPercent: round(lower, 3),
      upperPercent: round(upper, 3),
      forecastPairs: open ? reading.expectedBlocks : undefined,
      aa: reading.calibration && summary(reading.calibration),
    }),
    ...costs(reading),
    ...(reading.sanity ? guard(reading.sanity) : {}),
  };
};

const costs = (
  reading: Reading,
): Pick<Numbers, "cpuMicrosPerItem" | "spansPerItem" | "cpuMicrosPerSpan"> => {
  const cpu = cpuMicros(reading);
  const spans = spansPerItem(reading);
  return present({
    cpuMicrosPerItem: round(cpu, 1),
    spansPerItem: round(spans, 2),
    cpuMicrosPerSpan: spans ? round(cpu === undefined ? cpu : cpu / spans, 1) : undefined,
  });
};

const guard = (
  sanity: Sanity,
): Pick<Numbers, "guardPercent" | "guardLowerPercent" | "guardUpperPercent"> =>
  present({
    guardPercent: round(sanity.estimatePercent, 2),
    guardLowerPercent: round(sanity.lowerPercent, 2),
    guardUpperPercent: round(sanity.upperPercent, 2),
  });

const summary = ({
  blocks,
  sigma,
  lag1,
  batch,
  logBias,
}: Calibration): NonNullable<Verdict["aa"]> => ({
  blocks,
  sigmaPercent: rounded(sigma * 100, 3),
  lag1: rounded(lag1, 3),
  batch,
  logBias: rounded(logBias, 3),
});

/** Enough for a reader, short enough for a status. */
export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

const round = (value: number | undefined, digits: number): number | undefined =>
  value === undefined ? undefined : rounded(value, digits);

type Present<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

export const present = <T extends object>(fields: T): Present<T> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Present<T>;
