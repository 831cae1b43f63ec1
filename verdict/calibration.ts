/** What off against off tells: how noisy the place is, whether it is fair, and whether neighbouring blocks may count apart. */
import { logTwoSided, planRho } from "./engine.ts";
import type { BlockLine } from "./evidence.ts";
import { batches, deviation, lag1, mean, trimmedMean } from "./numeric.ts";

/** Share of items left out at each end: collections of garbage hit both arms alike, only later. */
const TRIM = 0.1;
const BIAS_ALPHA = 0.001;
/** Above it, neighbouring observations are no longer treated as independent. */
const MAX_LAG1 = 0.1;
const MAX_BATCH = 8;
/** Pairs of a sub-block; blocks are too few to say anything about their correlation. */
const SUB_BLOCK = 10;

export interface Calibration {
  blocks: number;
  /** Standard deviation of one observation of the engine (a batch of blocks), log scale. */
  sigma: number;
  lag1: number;
  /** Blocks whose mean is one observation. */
  batch: number;
  /** ln E against "the arms are alike"; from ln 1000 on the place is biased. */
  logBias: number;
  biased: boolean;
}

/** Microseconds of an item that was off. */
export const costOf = ({ off }: Pick<BlockLine, "off">): number => trimmedMean(off, TRIM);

/** ln(1 + overhead): trimmed mean of the paired differences, and the export per item, over the trimmed mean of "off". */
export const differenceOf = (
  block: Pick<BlockLine, "on" | "off" | "sampled" | "flushUs">,
): number => {
  const extra = extraOf(block) + block.flushUs / block.on.length;
  return Math.log(Math.max(1e-3, 1 + extra / costOf(block)));
};

/**
 * Microseconds an item costs more. Sampled pairs and the others are trimmed apart and weighed by their numbers: trimmed together,
 * the few dear ones would be taken for outliers.
 */
const extraOf = (block: Pick<BlockLine, "on" | "off" | "sampled">): number => {
  const differences = apart(block);
  const { sampled } = block;
  if (sampled === undefined) return trimmedMean(differences, TRIM);
  const parts = [true, false].map((wanted) =>
    differences.filter((_, pair) => sampled.includes(pair) === wanted),
  );
  const sum = parts.reduce(
    (total, part) => total + (part.length > 0 ? part.length * trimmedMean(part, TRIM) : 0),
    0,
  );
  return sum / differences.length;
};

const apart = ({ on, off }: Pick<BlockLine, "on" | "off">): number[] =>
  on.map((cost, i) => cost - (off[i] ?? NaN));

export const calibrate = (blocks: readonly BlockLine[]): Calibration => {
  const logBias = logBiasOf(blocks);
  const { batch, lag } = batching(blocks);
  const observations = batches(blocks.map(differenceOf), batch).map(mean);
  // Two batches say nothing about spread; a batch of independent blocks spreads like 1 / sqrt(batch).
  const sigma =
    observations.length >= 5
      ? deviation(observations)
      : deviation(blocks.map(differenceOf)) / Math.sqrt(batch);
  return {
    blocks: blocks.length,
    sigma,
    lag1: lag,
    batch,
    logBias,
    biased: logBias >= -Math.log(BIAS_ALPHA),
  };
};

/**
 * Off against off, the random order makes the sign of every paired difference a fair coin, whatever its size. So the sum of
 * differences is judged given their sizes, and the largest may be cut (by a rule that looks at sizes only).
 */
const logBiasOf = (blocks: readonly BlockLine[]): number => {
  const signed = blocks.flatMap((block) => winsorised(apart(block).map((d) => d / costOf(block))));
  const squares = signed.reduce((sum, d) => sum + d * d, 0);
  if (!(squares > 0)) return 0;
  const sigma = Math.sqrt(squares / signed.length);
  const rho = planRho({ sigma, pairs: signed.length, alpha: BIAS_ALPHA / 2 });
  return logTwoSided(
    signed.reduce((sum, d) => sum + d, 0),
    squares,
    rho,
  );
};

const winsorised = (values: number[]): number[] => {
  const sizes = values.map(Math.abs).toSorted((a, b) => a - b);
  const most = sizes[Math.floor(sizes.length * 0.9)] ?? 0;
  return values.map((value) => Math.max(-most, Math.min(most, value)));
};

/** Doubles the batch until neighbours no longer resemble each other by more than chance explains. */
const batching = (blocks: readonly BlockLine[]): { batch: number; lag: number } => {
  const fine = blocks.flatMap(subBlocks);
  const lag = lag1(fine);
  let batch = 1;
  for (
    let series = fine;
    batch < MAX_BATCH && isCorrelated(series);
    series = batches(series, 2).map(mean)
  )
    batch *= 2;
  return { batch, lag };
};

const isCorrelated = (series: readonly number[]): boolean =>
  Math.abs(lag1(series)) > Math.max(MAX_LAG1, 2 / Math.sqrt(series.length));

const subBlocks = ({ on, off }: BlockLine): number[] => {
  const size = Math.min(SUB_BLOCK, on.length);
  const offs = batches(off, size);
  return batches(on, size).map((part, i) =>
    differenceOf({ on: part, off: offs[i] ?? [], flushUs: 0 }),
  );
};
