/** Trials that never took place, line by line as a load would have written them: for tests, and to see how a verdict behaves. */
import type {
  BlockLine,
  ControlLine,
  EndLine,
  EpochLine,
  Evidence,
  Line,
  PlanLine,
  TwinLine,
  WholePlanLine,
} from "./evidence.ts";
import { gaussian, mulberry32 } from "./random.ts";

export interface Rehearsal {
  /** True cost of instrumenting an item, in percent of `itemMicros`. */
  overheadPercent: number;
  /** CPU microseconds of exporting one block. */
  flushUs: number;
  itemMicros: number;
  /** Spread of the cost of single items, as a share of it. */
  itemSigma: number;
  /** An arm that is dearer although nothing differs: a place that cannot measure. */
  biasPercent: number;
  spansPerItem: number;
  aaBlocks: number;
  blocks: number;
  maxBlocks: number;
  pairsPerBlock: number;
  twinPairs: number;
  seed: number;
}

const healthy: Rehearsal = {
  overheadPercent: 0.2,
  flushUs: 100,
  itemMicros: 2000,
  itemSigma: 0.04,
  biasPercent: 0,
  spansPerItem: 4,
  aaBlocks: 10,
  blocks: 60,
  maxBlocks: 300,
  pairsPerBlock: 50,
  twinPairs: 100,
  seed: 7,
};

export const ATTEMPT = "a1b2c3d4e5";

type Body<T> = T extends Line ? Omit<T, "v" | "attempt" | "seq"> : never;
export type AnyBody = Body<Line>;

/** The lines of a whole trial, before they are numbered. Controls come after every fifth block. */
export const rehearse = (differences: Partial<Rehearsal> = {}): AnyBody[] => {
  const trial = { ...healthy, ...differences };
  const cost = costs(trial);
  const aa = Array.from({ length: trial.aaBlocks }, (_, block) =>
    blockLine({ trial, cost, phase: "aa", block }),
  );
  const ab = Array.from({ length: trial.blocks }, (_, block) => [
    blockLine({ trial, cost, phase: "ab", block }),
    ...(block % 5 === 4 || block === trial.blocks - 1 ? [controlLine(trial, block + 1)] : []),
  ]);
  const end: Body<EndLine> = { kind: "end", reason: "Completed" };
  return [planLine(trial), twinLine(trial, cost), ...aa, ...ab.flat(), end];
};

export const number = (bodies: readonly AnyBody[], attempt: string = ATTEMPT): Line[] =>
  bodies.map((body, seq) => ({ v: 1, attempt, seq, ...body }));

export const textOf = (lines: readonly Line[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join("");

export const evidenceOf = (bodies: readonly AnyBody[]): Evidence => ({
  attempt: ATTEMPT,
  lines: number(bodies),
  truncated: false,
});

/** Every twentieth item pays for a collection of garbage. */
const costs = ({ itemMicros, itemSigma, seed }: Rehearsal): (() => number) => {
  const uniform = mulberry32(seed);
  const normal = gaussian(uniform);
  return () =>
    Math.round(
      itemMicros * (Math.max(0.1, 1 + itemSigma * normal()) + (uniform() < 0.05 ? 0.7 : 0)),
    );
};

const planLine = ({ pairsPerBlock, maxBlocks, aaBlocks, seed }: Rehearsal): Body<PlanLine> => ({
  kind: "plan",
  key: "marginal",
  marginPercent: 1,
  alpha: 0.05,
  pairsPerBlock,
  maxBlocks,
  aaBlocks,
  warmupItems: 100,
  seed,
});

interface BlockOptions {
  trial: Rehearsal;
  cost: () => number;
  phase: BlockLine["phase"];
  block: number;
}

const blockLine = ({ trial, cost, phase, block }: BlockOptions): Body<BlockLine> => {
  const { overheadPercent, biasPercent, itemMicros, pairsPerBlock } = trial;
  const extra = (itemMicros * (biasPercent + (phase === "ab" ? overheadPercent : 0))) / 100;
  const items = (more: number): number[] =>
    Array.from({ length: pairsPerBlock }, () => cost() + Math.round(more));
  const flushUs = phase === "ab" ? trial.flushUs : 0;
  return { kind: "block", phase, block, on: items(extra), off: items(0), flushUs, bad: 0, ms: 500 };
};

const twinLine = (
  { overheadPercent, itemMicros, twinPairs }: Rehearsal,
  cost: () => number,
): Body<TwinLine> => ({
  kind: "twin",
  pairs: Array.from({ length: twinPairs }, () => [
    cost(),
    cost() + Math.round((itemMicros * overheadPercent) / 100),
  ]),
  bad: 0,
  flushUs: 0,
  before: [100, 100],
});

const controlLine = (
  { pairsPerBlock, spansPerItem }: Rehearsal,
  blocks: number,
): Body<ControlLine> => ({
  kind: "control",
  onItems: blocks * pairsPerBlock,
  spans: blocks * pairsPerBlock * spansPerItem,
  traces: blocks * pairsPerBlock,
  offTraces: 0,
  metricPoints: 12,
  forwardedTrace: null,
});

interface Pairs {
  overheadPercent: number;
  /** Spread of a process of the same program, as a share. */
  sigma: number;
  /** How much dearer the twin that was started first is by itself. */
  slotPercent: number;
  pairs: number;
  ended: boolean;
  seed: number;
}

const freshPairs: Pairs = {
  overheadPercent: 0.5,
  sigma: 0.015,
  slotPercent: 0,
  pairs: 40,
  ended: true,
  seed: 7,
};

/** The lines of a trial of fresh pairs. */
export const rehearsePairs = (differences: Partial<Pairs> = {}): AnyBody[] => {
  const trial = { ...freshPairs, ...differences };
  const uniform = mulberry32(trial.seed);
  const normal = gaussian(uniform);
  let drawn: "plain" | "injected" = "plain";
  const epoch = (pair: number): Body<EpochLine> => {
    if (pair % 2 === 0) drawn = uniform() < 0.5 ? "plain" : "injected";
    const first = pair % 2 === 0 ? drawn : other[drawn];
    const slot = ((first === "injected" ? 1 : -1) * trial.slotPercent) / 100;
    const ratio = (1 + trial.overheadPercent / 100) * Math.exp(slot + trial.sigma * normal());
    return { ...healthyEpoch, pair, first, cpuUs: [1e6, Math.round(1e6 * ratio)] };
  };
  const plan: Body<WholePlanLine> = {
    kind: "plan",
    key: "whole",
    marginPercent: 3,
    alpha: 0.05,
    itemsPerEpoch: 400,
    warmupItems: 100,
    maxPairs: 40,
    seed: trial.seed,
  };
  const end: Body<EndLine> = { kind: "end", reason: "Completed" };
  return [
    plan,
    ...Array.from({ length: trial.pairs }, (_, pair) => epoch(pair)),
    ...(trial.ended ? [end] : []),
  ];
};

const other = { plain: "injected", injected: "plain" } as const;

const healthyEpoch = {
  kind: "epoch",
  before: [100, 100] as [number, number],
  items: 400,
  bad: [0, 0] as [number, number],
  onItems: 500,
  spans: 2000,
  traces: 500,
  ms: 3000,
} as const;
