/**
 * Proposes a parity map: for each old metric the new one that says the same. Names and units tell most; where they do not,
 * bucket bounds, label values and the recorded numbers do. A proposal is for a reader to check, so it prefers none to a wrong
 * one, and says what it rests on. Pure.
 */
import type { ParityRow } from "@flashcard-otel/verdict/paritymap.ts";
import type { Family } from "./exposition.ts";
import { type LabelMap, mapLabels } from "./labels.ts";
import { likeness, topicsOf, unitOf } from "./vocabulary.ts";

export interface Proposal {
  row: ParityRow;
  /** What the proposal rests on, in words. */
  because: string[];
}

export interface Suggestion {
  proposals: Proposal[];
  /** Old metrics for which nothing was found, with the reason. */
  open: { legacy: string; reason: string }[];
}

interface Candidate {
  next: Family;
  /** The new series as a selector names it. */
  otel: string;
  factor: number;
  map: LabelMap;
  score: number;
  because: string[];
}

const LEAST = 1;

export const suggest = (olds: Family[], news: Family[]): Suggestion => {
  const proposals: Proposal[] = [];
  const open: Suggestion["open"] = [];
  for (const old of olds) {
    const found = old.kind === "summary" ? undefined : bestFor(old, news);
    if (found) proposals.push(proposalOf(old, found, proposals.length + 1));
    else open.push({ legacy: old.name, reason: reasonFor(old) });
  }
  return { proposals, open };
};

const reasonFor = ({ kind, series }: Family): string => {
  if (kind === "summary") return "quantiles of a summary cannot be compared: use a histogram";
  if (series.every(({ value }) => value === 0)) return "nothing was recorded, and no name fits";
  return "no new metric has a fitting name, unit and amount";
};

const bestFor = (old: Family, news: Family[]): Candidate | undefined => {
  const all = news.flatMap((next) => candidate(old, next) ?? []);
  const [best, second] = all.toSorted((a, b) => b.score - a.score);
  if (!best || best.score < LEAST) return undefined;
  // Two that fit equally well: nobody can say which one is meant.
  return second && second.score === best.score ? undefined : best;
};

const candidate = (old: Family, next: Family): Candidate | undefined => {
  const counted = old.kind === "counter" && next.kind === "histogram";
  if (next.kind !== old.kind && !counted) return undefined;
  if (counted && unitOf(old.name)) return undefined;
  const factor = counted ? 1 : factorOf(old, next);
  if (factor === undefined) return undefined;
  const amounts = amountsOf(old, { next, factor });
  if (amounts !== undefined && amounts < 0) return undefined;
  const map = mapLabels(old, next);
  const otel = counted ? `${next.name}_count` : next.name;
  const evidence: Evidence = {
    names: likeness(topicsOf(old.name), topicsOf(next.name)),
    amounts,
    labels: Object.keys(map.labels),
    bounds: boundsOf(old, next, factor),
  };
  return { next, otel, factor, map, score: scoreOf(evidence), because: inWords(evidence) };
};

interface Evidence {
  names: number;
  amounts: number | undefined;
  labels: string[];
  bounds: number;
}

/** Equal names alone are enough; without a common word, amounts and labels hardly are. */
const scoreOf = ({ names, amounts = 0, labels, bounds }: Evidence): number =>
  1.1 * names + 0.4 * amounts + 0.3 * Math.min(2, labels.length) + 0.2 * bounds;

const inWords = ({ names, amounts, labels, bounds }: Evidence): string[] =>
  [
    names > 0 ? `names ${Math.round(names * 100)} % alike` : "",
    amounts === undefined ? "" : "about equal amounts",
    labels.length > 0 ? `labels ${labels.join(", ")}` : "",
    bounds > 0 ? `${Math.round(bounds * 100)} % of the bucket bounds` : "",
  ].filter((text) => text !== "");

/** new = old * factor; undefined when both have a unit, of different dimensions. */
const factorOf = (old: Family, next: Family): number | undefined => {
  const [from, to] = [unitOf(old.name), unitOf(next.name)];
  if (from && to) return from.dimension === to.dimension ? from.scale / to.scale : undefined;
  return from || old.kind !== "histogram" ? 1 : recordedFactor(old, next);
};

const POWERS = [1, 1e-3, 1e-6, 1e-9, 1e3];

const total = ({ series }: Family): number => series.reduce((sum, { value }) => sum + value, 0);
const mean = (family: Family): number => family.sum / total(family);

/** The name has no unit: the power of a thousand that brings the means together. */
const recordedFactor = (old: Family, next: Family): number => {
  const ratio = mean(next) / mean(old);
  const distance = (power: number): number => Math.abs(Math.log(power / ratio));
  if (!Number.isFinite(ratio) || ratio <= 0) return 1;
  return POWERS.toSorted((a, b) => distance(a) - distance(b))[0] ?? 1;
};

const TOLERANCE = { counter: 0.1, histogram: 0.1, gauge: 0.5 } as const;
/** Between the two looks a request or two goes by: the look itself. */
const FEW = 3;

/**
 * 1 for equal amounts, falling to 0 at what may differ because both sides are not looked at together; undefined where nothing was
 * recorded, or a gauge moved; negative when the new metric cannot be the same.
 */
const amountsOf = (
  old: Family,
  { next, factor }: { next: Family; factor: number },
): number | undefined => {
  if (old.kind === "summary") return undefined;
  const scale = old.kind === "histogram" ? 1 : factor;
  const [before, after] = [total(old) * scale, total(next)];
  if (before === 0 || after === 0) return undefined;
  const few = old.kind === "gauge" ? 0 : FEW;
  const allowed = Math.abs(before) * TOLERANCE[old.kind] + few;
  const closeness = 1 - Math.abs(after - before) / allowed;
  return closeness < 0 && old.kind === "gauge" ? undefined : closeness;
};

const boundsOf = (old: Family, next: Family, factor: number): number => {
  const rounded = (bound: number): string => bound.toPrecision(6);
  const scaled = new Set(old.bounds.map((bound) => rounded(bound * factor)));
  return likeness(scaled, new Set(next.bounds.map(rounded)));
};

const TOLERANCE_PERCENT = { counter: 0.5, histogram: 10, gauge: 20 } as const;

const proposalOf = (old: Family, found: Candidate, number: number): Proposal => {
  const kind = old.kind === "summary" ? "histogram" : old.kind;
  const { otel, factor, map, because } = found;
  const row: ParityRow = {
    row: String(number),
    name: old.name,
    kind,
    legacy: old.name,
    otel,
    path: "otlp",
    unitFactor: factor,
    labels: map.labels,
    ...(Object.keys(map.values).length > 0 ? { values: map.values } : {}),
    tolerancePercent: TOLERANCE_PERCENT[kind],
  };
  return { row, because };
};
