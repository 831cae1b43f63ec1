/** What all phases of an experiment share. */
import type { Doors } from "./doors.ts";
import type { Journal } from "./journal.ts";
import type { TrialSettings } from "./settings.ts";

export interface Trial {
  settings: TrialSettings;
  doors: Doors;
  journal: Journal;
  /** Seeded: the same trial draws the same order again. */
  random: () => number;
}
