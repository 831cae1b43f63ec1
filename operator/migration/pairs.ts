/** Attempts that measure the whole cost of an agent: fresh pairs of twins, one after the other. Pure. */
import { itemsOfPair } from "../trial/load.ts";
import type { ComponentSpec, ComponentStatus, Profile } from "./schema.ts";

/** The stock SDK cannot be switched per item: fresh pairs are all there is. */
export const isWholeOnly = (profile: Profile): boolean => profile === "Full";

const FOR_WHOLE_ONLY = 40;

/** Most pairs before the verdict that decides about the first step of the rollout, within the user's limit on items. */
export const pairsOf = (spec: ComponentSpec): number => Math.min(wanted(spec), affordable(spec));

/** Most pairs of an attempt: as many again while the first step of the rollout has been taken. */
export const pairsInAll = (spec: ComponentSpec): number =>
  Math.min(2 * wanted(spec), affordable(spec));

const wanted = ({ trial }: ComponentSpec): number =>
  trial.pairs > 0 ? trial.pairs : FOR_WHOLE_ONLY;

const affordable = ({ trial }: ComponentSpec): number =>
  Math.max(2, Math.floor(trial.maxItems / itemsOfPair(trial)));

/** Names what belongs to this pair alone, so that nothing of an older one can be taken for it. */
export const nameOfPair = ({ attempt = "", pair }: ComponentStatus): string =>
  pair === undefined ? attempt : `${attempt}-${pair}`;

/** Its twins begin anew. */
export const withPair = (status: ComponentStatus, now: Date, pair: number): ComponentStatus => ({
  ...status,
  pair,
  pairSince: now.toISOString(),
});

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
