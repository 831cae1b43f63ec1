/**
 * Evidence of one trial attempt: JSON lines, version 1, in the order in which they were written, numbered from 0 without a gap.
 * A verdict is a function of this text alone, so damage must be seen: nothing is repaired, skipped or guessed. Only a last line
 * that was cut off is tolerated; what came before it is a valid prefix.
 */
import { troubleWith } from "./lines.ts";

interface Numbered {
  v: 1;
  attempt: string;
  seq: number;
}

/** Always the first line: what was going to be done, fixed before the first measurement. This one is of items on and off. */
export interface PlanLine extends Numbered {
  kind: "plan";
  key: "marginal";
  /** The budget the load was told, where it was told one. */
  marginPercent?: number;
  alpha?: number;
  pairsPerBlock: number;
  maxBlocks: number;
  aaBlocks: number;
  warmupItems: number;
  /** Items that share the price of an export; absent: as few as are flushed at once. */
  itemsPerExport?: number;
  seed: number;
}

/** First line of a record of fresh pairs. */
export interface WholePlanLine extends Numbered {
  kind: "plan";
  key: "whole";
  /** What the whole agent may cost more. */
  marginPercent: number;
  alpha: number;
  /** Measured items of each twin, after those of the warm-up. */
  itemsPerEpoch: number;
  warmupItems: number;
  maxPairs: number;
  seed: number;
}

/** One fresh pair of twins, from its first item to its last span. */
export interface EpochLine extends Numbered {
  kind: "epoch";
  pair: number;
  /** The twin that was started first. Drawn for even pairs, the other one for odd ones. */
  first: "plain" | "injected";
  /** Items each twin had served before, [plain, injected]. */
  before: [number, number];
  items: number;
  /** All CPU microseconds while the items were served and their spans left, [plain, injected]. */
  cpuUs: [number, number];
  /** Items that failed, [plain, injected]. */
  bad: [number, number];
  /** Items of a sampled trace that this pair's injected twin was sent, and what arrived of them. */
  onItems: number;
  spans: number;
  traces: number;
  metricPoints?: number;
  ms: number;
}

/** `on[i]` and `off[i]` are the CPU microseconds of the i-th pair of items; in phase `aa` both were off. */
export interface BlockLine extends Numbered {
  kind: "block";
  phase: "aa" | "ab";
  block: number;
  on: number[];
  off: number[];
  /** Pairs whose trace was sampled; absent where all were. */
  sampled?: number[];
  /** CPU microseconds of exporting this block, less those of an equal request without export. */
  flushUs: number;
  /** Flushes that it took, and what flushing a single item costs besides. */
  flushes?: number;
  oneFlushUs?: number;
  /** Items that failed; `badOn`: those of them that were on. */
  bad: number;
  badOn?: number;
  /** Milliseconds each item took, in the order of `on` and `off`. */
  wallOn?: number[];
  wallOff?: number[];
  ms: number;
}

/** Single items that alternated between the twins, all on: CPU microseconds, [plain, injected]. */
export interface TwinLine extends Numbered {
  kind: "twin";
  pairs: [number, number][];
  bad: number;
  /** CPU microseconds of exporting all of them: injected twin less plain twin, same requests. */
  flushUs?: number;
  /** Items each twin had served before, [plain, injected]. */
  before?: [number, number];
}

/** Sent and arrived since the start of the attempt. */
export interface ControlLine extends Numbered {
  kind: "control";
  onItems: number;
  spans: number;
  traces: number;
  offTraces: number;
  metricPoints?: number;
  forwardedTrace: string | null;
}

export interface EndLine extends Numbered {
  kind: "end";
  reason: "Completed" | "Aborted";
  message?: string;
}

export type Line =
  | PlanLine
  | WholePlanLine
  | EpochLine
  | BlockLine
  | TwinLine
  | ControlLine
  | EndLine;

export interface Evidence {
  attempt: string;
  lines: Line[];
  /** The last line was cut off and left out. */
  truncated: boolean;
}

export interface Damaged {
  /** One sentence that names the line. */
  damaged: string;
  /** From 1. */
  line: number;
}

/** `options.attempt`: the only attempt whose lines count; without it, that of the first line. */
export const parseEvidence = (
  text: string,
  options: { attempt?: string } = {},
): Evidence | Damaged => {
  const { texts, truncated } = split(text);
  const reading: Reading = { attempt: options.attempt, lines: [] };
  for (const [i, raw] of texts.entries()) {
    const trouble = take(raw, reading);
    if (trouble)
      return { damaged: `evidence is damaged in line ${i + 1}: ${trouble}`, line: i + 1 };
  }
  return { attempt: reading.attempt ?? "", lines: reading.lines, truncated };
};

/** After the last line break there is nothing, a whole line, or one that was being written. */
const split = (text: string): { texts: string[]; truncated: boolean } => {
  const texts = text.split("\n");
  const rest = texts.pop() ?? "";
  if (rest === "") return { texts, truncated: false };
  const truncated = parseJson(rest) === undefined;
  return { texts: truncated ? texts : [...texts, rest], truncated };
};

interface Reading {
  attempt: string | undefined;
  lines: Line[];
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Adds the line, or says why it cannot be one. */
const take = (raw: string, reading: Reading): string | undefined => {
  const value = parseJson(raw);
  if (typeof value !== "object" || value === null) return "it is not a JSON object";
  const trouble = troubleWith(value) ?? misplaced(value as Line, reading);
  if (trouble) return trouble;
  const line = value as Line;
  reading.attempt ??= line.attempt;
  reading.lines.push(line);
  return undefined;
};

const misplaced = (line: Line, { attempt, lines }: Reading): string | undefined => {
  if (attempt !== undefined && line.attempt !== attempt)
    return `it belongs to attempt ${line.attempt}, not to ${attempt}`;
  return misnumbered(line.seq, lines.length) ?? misordered(line, lines);
};

const misnumbered = (seq: number, expected: number): string | undefined => {
  if (seq < expected) return `number ${seq} is there twice`;
  return seq > expected ? `number ${expected} is missing, number ${seq} follows` : undefined;
};

const misordered = (line: Line, lines: Line[]): string | undefined => {
  if ((line.kind === "plan") !== (lines.length === 0))
    return "the plan must be the first line and the only plan";
  if (lines.at(-1)?.kind === "end") return "it follows the end";
  if (line.kind === "block") return misplacedBlock(line, lines);
  return line.kind === "epoch" ? misplacedEpoch(line, lines) : undefined;
};

/** Slots must be crossed over within each two pairs: the engine counts on it. */
const misplacedEpoch = (line: EpochLine, lines: Line[]): string | undefined => {
  const [plan] = lines;
  if (plan?.kind === "plan" && plan.key !== "whole")
    return "it is a pair of twins, the plan is of items on and off";
  const epochs = lines.filter((other) => other.kind === "epoch");
  if (line.pair !== epochs.length) return `pair ${line.pair} stands where ${epochs.length} should`;
  const crossed = line.pair % 2 === 0 || epochs.at(-1)?.first !== line.first;
  return crossed ? undefined : `pair ${line.pair} has the slots of the pair before`;
};

const misplacedBlock = (line: BlockLine, lines: Line[]): string | undefined => {
  const expected = lines.filter(
    (other) => other.kind === "block" && other.phase === line.phase,
  ).length;
  if (line.block !== expected)
    return `block ${line.block} of phase ${line.phase} stands where ${expected} should`;
  const [plan] = lines;
  const pairs = plan?.kind === "plan" && plan.key === "marginal" ? plan.pairsPerBlock : 0;
  return line.on.length === pairs && line.off.length === pairs
    ? undefined
    : `${line.on.length} items on and ${line.off.length} off, where ${pairs} of each were planned`;
};
