/** A record of fresh pairs is written pair by pair, each by a load of its own: the plan with the first one, then one line for each. */
import { mulberry32 } from "../verdict/random.ts";
import type { Trial } from "./apparatus.ts";
import type { Doors } from "./doors.ts";
import { runEpoch } from "./epoch.ts";
import { journal } from "./journal.ts";
import type { PairSettings, TrialSettings } from "./settings.ts";

/** Never rejects: what goes wrong becomes the last line. */
export const runPair = async (
  settings: TrialSettings,
  { pair, first, items, maxPairs }: PairSettings,
  doors: Doors,
): Promise<void> => {
  const { marginPercent, alpha, warmupItems, seed } = settings;
  const trial: Trial = {
    settings,
    doors,
    // The plan is line 0, and every pair before this one has a line.
    journal: journal(settings, doors, pair === 0 ? 0 : pair + 1),
    random: mulberry32(seed + pair),
  };
  if (pair === 0) {
    const plan = { marginPercent, alpha, itemsPerEpoch: items, warmupItems, maxPairs, seed };
    trial.journal.write("plan", { key: "whole", ...plan });
  }
  try {
    await runEpoch(trial, { pair, first, items });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    trial.journal.write("end", { reason: "Aborted", message });
  }
};
