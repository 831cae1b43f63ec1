/** Everything a verdict looks at, computed once from the evidence. */
import { type Calibration, calibrate, costOf, differenceOf } from "./calibration.ts";
import {
  emptyGate,
  expectedPairs,
  forecast,
  type Gate,
  type GatePlan,
  interval,
  observe,
  planRho,
} from "./engine.ts";
import type {
  BlockLine,
  ControlLine,
  EndLine,
  Evidence,
  Line,
  PlanLine,
  TwinLine,
} from "./evidence.ts";
import { withSharedExport } from "./export.ts";
import { batches, mean } from "./numeric.ts";
import { clipRunning } from "./outliers.ts";
import { percent, type Sanity, sanityOf } from "./sanity.ts";
import { ALPHA_SHARES, type Watch, watch } from "./watch.ts";

export interface Budget {
  /** What an item may cost more: the gate. */
  cpuPercent: number;
  /** What the whole agent may cost more: the sanity pair. */
  guardPercent: number;
  /** What the slowest items may take longer; 5 when absent. */
  tailPercent?: number;
  /** Accepted probability of a wrong verdict. */
  alpha: number;
}

export interface Reading {
  budget: Budget;
  plan: PlanLine | undefined;
  aa: BlockLine[];
  ab: BlockLine[];
  twin: TwinLine | undefined;
  /** The last one; its counts are totals. */
  control: ControlLine | undefined;
  end: EndLine | undefined;
  calibration: Calibration | undefined;
  gate: Gate;
  gatePlan: GatePlan;
  sanity: Sanity | undefined;
  watch: Watch;
  /** The control came after the block that decided. */
  controlled: boolean;
  expectedBlocks: number | undefined;
  futile: boolean;
}

/** Fewer say nothing about spread. */
export const LEAST_AA_BLOCKS = 5;
export const TAIL_PERCENT = 5;
/** A place cannot be quieter or louder than this; keeps one lucky calibration from spoiling the plan. */
const QUIETEST = 0.002;
const LOUDEST = 0.2;

export const read = ({ lines }: Evidence, budget: Budget): Reading => {
  const plan = lines.find((line) => line.kind === "plan" && line.key === "marginal");
  const aa = blocks(lines, "aa");
  const ab = blocks(lines, "ab").map((block) => (plan ? withSharedExport(block, plan) : block));
  const twin = last(lines, "twin");
  const calibration = calibrationOf(plan, aa);
  const gatePlan = planOf(budget, calibration);
  const { gate, deciding } = decideOn(ab, calibration, gatePlan);
  return {
    budget,
    plan,
    aa,
    ab,
    twin,
    control: last(lines, "control"),
    end: last(lines, "end"),
    calibration,
    gate,
    gatePlan,
    sanity: twin && sanityOf(twin, budget),
    watch: watch({ aa, ab }, { tailPercent: TAIL_PERCENT, ...budget }),
    controlled: lines.some(
      (line) => line.kind === "control" && line.seq > (deciding?.seq ?? Infinity),
    ),
    ...ahead({ gate, gatePlan, batch: calibration?.batch ?? 1, maxBlocks: plan?.maxBlocks ?? 0 }),
  };
};

/** Once off against off is complete, and only if CPU could be read. */
const calibrationOf = (plan: PlanLine | undefined, aa: BlockLine[]): Calibration | undefined => {
  const complete = plan !== undefined && aa.length >= Math.max(LEAST_AA_BLOCKS, plan.aaBlocks);
  return complete && aa.every(isMeasured) ? calibrate(aa) : undefined;
};

/** CPU was read: the application used some for every item that was off, and no counter went backwards. */
export const isMeasured = (block: BlockLine): boolean =>
  costOf(block) > 0 && [...block.on, ...block.off].every((cost) => cost >= 0);

type Of<Kind> = Extract<Line, { kind: Kind }>;

const last = <Kind extends Line["kind"]>(lines: Line[], kind: Kind): Of<Kind> | undefined =>
  lines.findLast((line): line is Of<Kind> => line.kind === kind);

const blocks = (lines: Line[], phase: BlockLine["phase"]): BlockLine[] =>
  lines.filter((line): line is BlockLine => line.kind === "block" && line.phase === phase);

/** Fixed before the first comparison: the calibration is the only thing it looks at. */
const planOf = ({ cpuPercent, alpha }: Budget, calibration: Calibration | undefined): GatePlan => {
  const margin = Math.log(1 + cpuPercent / 100);
  const sigma = Math.min(LOUDEST, Math.max(QUIETEST, calibration?.sigma ?? 0));
  // Planned for an agent that costs a fifth of its budget; the grid covers the rest.
  const pairs = expectedPairs({ sigma, distance: 0.8 * margin, alpha });
  return {
    margin,
    rho: planRho({ sigma, pairs, alpha }),
    alpha,
    alphaFail: alpha * ALPHA_SHARES.cost,
  };
};

/** A flush is one reading, so one collection of garbage in it would outweigh hundreds of items. */
const withoutOutliers = (ab: BlockLine[]): BlockLine[] => {
  const flushes = clipRunning(ab.map(({ flushUs }) => flushUs));
  return ab.slice(0, flushes.length).map((block, i) => ({ ...block, flushUs: flushes[i] ?? 0 }));
};

/** `deciding`: the block with which the gate stopped running. */
const decideOn = (
  ab: BlockLine[],
  calibration: Calibration | undefined,
  plan: GatePlan,
): { gate: Gate; deciding: BlockLine | undefined } => {
  let gate = emptyGate;
  let deciding: BlockLine | undefined;
  if (!calibration || !ab.every(isMeasured)) return { gate, deciding };
  for (const group of batches(withoutOutliers(ab), calibration.batch)) {
    if (gate.verdict === "Running") deciding = group.at(-1);
    gate = observe(gate, mean(group.map(differenceOf)), plan);
  }
  return { gate, deciding: gate.verdict === "Running" ? undefined : deciding };
};

interface Ahead {
  gate: Gate;
  gatePlan: GatePlan;
  batch: number;
  maxBlocks: number;
}

/** The gate counts batches, users count blocks. */
const ahead = ({
  gate,
  gatePlan,
  batch,
  maxBlocks,
}: Ahead): Pick<Reading, "expectedBlocks" | "futile"> => {
  const { expected, futile } = forecast(gate, gatePlan, Math.floor(maxBlocks / batch));
  return { expectedBlocks: expected === undefined ? undefined : expected * batch, futile };
};

/** Percent, with the 90 % interval where there is one. */
export const estimateOf = ({
  gate,
  gatePlan,
}: Reading): { estimate?: number; lower?: number; upper?: number } => {
  if (gate.pairs === 0) return {};
  const found = interval(gate, { rho: gatePlan.rho, alpha: 0.1 });
  const estimate = percent(gate.sum / gate.pairs);
  return found
    ? { estimate, lower: percent(found.lower), upper: percent(found.upper) }
    : { estimate };
};

/** CPU microseconds of an item without the agent. */
export const cpuMicros = ({ aa, ab }: Reading): number | undefined => {
  const measured = (ab.length > 0 ? ab : aa).filter(isMeasured);
  return measured.length > 0 ? mean(measured.map(costOf)) : undefined;
};

export const spansPerItem = ({ control }: Reading): number | undefined =>
  control && control.onItems > 0 ? control.spans / control.onItems : undefined;
