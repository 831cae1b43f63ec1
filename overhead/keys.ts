/** The two keys of a trial on local processes: what an item costs, and what having the agent costs. */
import { runTrial } from "../loadtest/experiment.ts";
import { runPair } from "../loadtest/pair.ts";
import { ITEMS_PER_EXPORT, type TrialSettings } from "../loadtest/settings.ts";
import type { Evidence, Line } from "../verdict/evidence.ts";
import type { Budget } from "../verdict/reading.ts";
import type { Verdict } from "../verdict/report.ts";
import { judgeTrial } from "../verdict/trial.ts";
import { firstOf } from "../verdict/whole.ts";
import { setStage, type Subject, UNUSED } from "./stage.ts";

export interface Extent {
  /** Items before anything is measured, of the one process and of each fresh one. */
  warmupItems: number;
  /** Most blocks of 50 pairs of items. */
  blocks: number;
  /** Most pairs of fresh processes, and measured items of each. */
  pairs: number;
  epochItems: number;
  seed: number;
}

export interface Asked {
  subject: Subject;
  budget: Budget;
  extent: Extent;
  /** Told after each line of evidence. */
  watch: (key: KeyName, verdict: Verdict) => void;
  /** Plays every planned block of key 1, whatever the verdict. */
  toTheEnd?: boolean;
  /** Told why items failed. */
  tell: (line: string) => void;
  signal: AbortSignal;
}

export type KeyName = "marginal" | "whole";

export interface Key {
  evidence: string;
  verdict: Verdict;
}

const AA_BLOCKS = 10;
const PAIRS_PER_BLOCK = 50;
const ATTEMPT = "overhead";

/** Key 1: one instrumented process, items on and off at random. */
export const marginalKey = async (asked: Asked): Promise<Key> => {
  const { subject, budget, extent, toTheEnd = false, signal } = asked;
  const record = recordOf(asked, "marginal");
  const stage = await setStage(subject, {
    sides: ["injected"],
    marked: true,
    write: record.write,
    enough: () => !toTheEnd && record.verdict().verdict !== "Running",
    signal,
  });
  try {
    const settings = settingsOf(stage.token, extent);
    await runTrial(
      { ...settings, marginPercent: budget.cpuPercent, alpha: budget.alpha },
      stage.doors,
    );
  } finally {
    await stage.stop();
  }
  signal.throwIfAborted();
  return { evidence: record.text(), verdict: record.verdict() };
};

/** Key 2: fresh pairs of processes, plain and instrumented, until the whole cost is known. */
export const wholeKey = async (asked: Asked): Promise<Key> => {
  const record = recordOf(asked, "whole");
  for (let pair = 0; record.verdict().verdict === "Running"; pair += 1)
    await freshPair(asked, pair, record.write);
  return { evidence: record.text(), verdict: record.verdict() };
};

const OTHER = { plain: "injected", injected: "plain" } as const;

const freshPair = async (
  { subject, budget, extent, signal }: Asked,
  pair: number,
  write: (line: string) => void,
): Promise<void> => {
  const first = firstOf(extent.seed, pair);
  const sides = [first, OTHER[first]];
  const stage = await setStage(subject, { sides, marked: false, write, signal });
  try {
    const { guardPercent: marginPercent, alpha } = budget;
    const settings = { ...settingsOf(stage.token, extent), marginPercent, alpha };
    const { epochItems: items, pairs: maxPairs } = extent;
    await runPair(settings, { pair, first, items, maxPairs }, stage.doors);
  } finally {
    await stage.stop();
  }
  signal.throwIfAborted();
};

const settingsOf = (token: string, { warmupItems, blocks, seed }: Extent): TrialSettings => ({
  ...UNUSED,
  attempt: ATTEMPT,
  token,
  warmupItems,
  aaBlocks: AA_BLOCKS,
  blocks,
  pairsPerBlock: PAIRS_PER_BLOCK,
  // The other key has twins, and more than one pair of them.
  twinPairs: 0,
  sampleRatio: 1,
  itemsPerExport: ITEMS_PER_EXPORT,
  seed,
});

interface Book {
  write: (line: string) => void;
  text: () => string;
  verdict: () => Verdict;
}

const recordOf = ({ budget, watch, tell }: Asked, key: KeyName): Book => {
  const evidence: Evidence = { attempt: ATTEMPT, lines: [], truncated: false };
  let verdict = judgeTrial(evidence, budget);
  return {
    write: (line) => {
      if (!line.startsWith('{"v":')) {
        tell(line);
        return;
      }
      evidence.lines.push(JSON.parse(line) as Line);
      verdict = judgeTrial(evidence, budget);
      watch(key, verdict);
    },
    text: () => evidence.lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
    verdict: () => verdict,
  };
};
