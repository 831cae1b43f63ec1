/** Which window can be compared now. Pure. */
import type { Window } from "./increase.ts";

/** Ends of windows lie on this grid, so that both sides' ticks have the same phase at start and end. */
const GRID_SECONDS = 10;
/** After the end until every export and scrape of the window has arrived, with the sample after it. */
export const LATENESS_SECONDS = 20;

export interface Occasion {
  /** Seconds. */
  now: number;
  /** Both sides have been reporting, undisturbed, since then. */
  since: number;
  windowSeconds: number;
  /** Where the last compared window ended. */
  previousEnd: number | undefined;
}

export type Choice = { window: Window } | { waitSeconds: number };

export const chooseWindow = ({ now, since, windowSeconds, previousEnd }: Occasion): Choice => {
  const end = Math.floor((now - LATENESS_SECONDS) / GRID_SECONDS) * GRID_SECONDS;
  // Windows may overlap, but each has a good part that nobody has looked at.
  const fresh = previousEnd === undefined ? 0 : previousEnd + windowSeconds / 4;
  const earliest = Math.max(since + windowSeconds, fresh);
  const due = Math.ceil(earliest / GRID_SECONDS) * GRID_SECONDS;
  if (end < due) return { waitSeconds: Math.ceil(due + LATENESS_SECONDS - now) };
  return { window: { start: end - windowSeconds, end } };
};
