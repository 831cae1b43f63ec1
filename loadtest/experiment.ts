/**
 * The experiment: warm-up, sanity pair, off against off, on against off. One item at a time, so that all CPU between two
 * readings of the meter belongs to the item between them. What was found is written line by line (`verdict/evidence.ts`).
 *
 *   plain      warm-up   pair
 *   injected   warm-up   pair   aa aa ...   ab flush control   ab flush   ab flush ... end
 *
 * The pair comes before the blocks: from then on only the injected twin works, and their histories are no longer equal.
 */
import { mulberry32 } from "../verdict/random.ts";
import type { Trial } from "./apparatus.ts";
import type { Doors } from "./doors.ts";
import { journal } from "./journal.ts";
import { runBlock, sanityPair, warmUp } from "./phases.ts";
import type { TrialSettings } from "./settings.ts";

/** Blocks between two controls. */
const CONTROL_EVERY = 5;

/** Never rejects: what goes wrong becomes the last line. */
export const runTrial = async (settings: TrialSettings, doors: Doors): Promise<void> => {
  const trial: Trial = {
    settings,
    doors,
    journal: journal(settings, doors),
    random: mulberry32(settings.seed),
  };
  trial.journal.write("plan", planOf(settings));
  try {
    await runPhases(trial);
    trial.journal.write("end", { reason: "Completed" });
  } catch (error) {
    trial.journal.write("end", {
      reason: "Aborted",
      message: error instanceof Error ? error.message : String(error),
    });
  }
};

/** A field without a value is left out of the line. */
const planOf = ({
  marginPercent,
  alpha,
  pairsPerBlock,
  blocks,
  aaBlocks,
  warmupItems,
  itemsPerExport,
  seed,
}: TrialSettings) => ({
  key: "marginal",
  marginPercent,
  alpha,
  pairsPerBlock,
  maxBlocks: blocks,
  aaBlocks,
  warmupItems,
  itemsPerExport,
  seed,
});

const runPhases = async (trial: Trial): Promise<void> => {
  const { aaBlocks, blocks, twinPairs } = trial.settings;
  const enough = (): boolean => trial.doors.enough?.() ?? false;
  await warmUp(trial);
  if (twinPairs > 0) await sanityPair(trial);
  for (let block = 0; block < aaBlocks; block += 1) await runBlock(trial, "aa", block);
  for (let block = 0; block < blocks && !enough(); block += 1) {
    await runBlock(trial, "ab", block);
    // After the first block too, so that a missing agent is found at once.
    if (block === 0 || block % CONTROL_EVERY === CONTROL_EVERY - 1 || block === blocks - 1)
      await control(trial);
  }
};

const control = async ({ journal: book, doors }: Trial): Promise<void> => {
  const { spans, traces, offTraces, metricPoints } = await doors.stats();
  const forwardedTrace = await book.forwardOnce();
  book.write("control", {
    onItems: book.onItems(),
    spans,
    traces,
    offTraces,
    metricPoints,
    forwardedTrace,
  });
};
