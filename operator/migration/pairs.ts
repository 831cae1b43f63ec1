/** Attempts that measure the whole cost of an agent: fresh pairs of twins, one after the other. Pure. */
import { itemsOfPair } from "../trial/load.ts";
import type { ComponentSpec, ComponentStatus, Profile } from "./schema.ts";

/** The stock SDK cannot be switched per item: fresh pairs are all there is. */
export const isWholeOnly = (profile: Profile): boolean => profile === "Full";

const FOR_WHOLE_ONLY = 40;

/** Most pairs of an attempt, within the user's limit on items. */
export const pairsOf = ({ trial }: ComponentSpec): number =>
  Math.min(
    trial.pairs > 0 ? trial.pairs : FOR_WHOLE_ONLY,
    Math.max(2, Math.floor(trial.maxItems / itemsOfPair(trial))),
  );

/** Names what belongs to this pair alone, so that nothing of an older one can be taken for it. */
export const nameOfPair = ({ attempt = "", pair }: ComponentStatus): string =>
  pair === undefined ? attempt : `${attempt}-${pair}`;

/**
 * The record so far and what the present pair's load has written. A look that stored a pair and was interrupted before it said so finds
 * the pair in both: it counts once.
 */
export const joined = (stored: string, written: string, pair: number): string => {
  const before = linesOf(stored);
  const first = pair === 0 ? 0 : pair + 1;
  return [...before, ...linesOf(written).slice(Math.max(0, before.length - first))]
    .map((line) => `${line}\n`)
    .join("");
};

const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");
