/** Which label of a new series says what one of the old says: by the values, and where those differ by how much each of them counts. Pure. */
import type { Family, Measured } from "./exposition.ts";
import { likeness } from "./vocabulary.ts";

export interface LabelMap {
  labels: Record<string, string>;
  values: Record<string, Record<string, string>>;
}

type Totals = Map<string, number>;

const ORIGIN = /^(le|quantile|job|instance|service_|k8s_|otel_|telemetry_|process_|host_)/;

const labelsIn = (series: Measured[]): string[] =>
  [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))].filter(
    (label) => !ORIGIN.test(label),
  );

const totals = (series: Measured[], label: string): Totals => {
  const sums: Totals = new Map();
  for (const { labels, value } of series) {
    const said = labels[label];
    if (said !== undefined && value !== 0) sums.set(said, (sums.get(said) ?? 0) + value);
  }
  return sums;
};

/** Of an old label's values at least so many are known to the new one. */
const ENOUGH = 0.5;

export const mapLabels = (old: Family, next: Family): LabelMap => {
  const found: LabelMap = { labels: {}, values: {} };
  const free = new Set(labelsIn(next.series));
  for (const label of labelsIn(old.series)) {
    const pairs = [...free].map((other) => ({
      other,
      ...pairing(totals(old.series, label), totals(next.series, other)),
    }));
    const best = pairs.toSorted((a, b) => b.score - a.score)[0];
    if (!best || best.score < ENOUGH) continue;
    free.delete(best.other);
    found.labels[label] = best.other;
    if (Object.keys(best.values).length > 0) found.values[label] = best.values;
  }
  return found;
};

interface Pairing {
  score: number;
  /** Old value -> new one, where they are not the same. */
  values: Record<string, string>;
}

const plain = (value: string): string => value.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_");

const pairing = (old: Totals, next: Totals): Pairing => {
  const [olds, news] = [[...old.keys()], [...next.keys()]];
  const score = likeness(new Set(olds.map(plain)), new Set(news.map(plain)));
  if (score >= ENOUGH) return { score, values: renamed(olds, news) };
  return byAmount(old, next);
};

const renamed = (olds: string[], news: string[]): Record<string, string> => {
  const pairs = olds.flatMap((value): [string, string][] => {
    const other = news.find((candidate) => plain(candidate) === plain(value));
    return other === undefined || other === value ? [] : [[value, other]];
  });
  return Object.fromEntries(pairs);
};

const NEAR = 0.1;
const near = (a: number, b: number): boolean => Math.abs(a - b) <= Math.max(Math.abs(a) * NEAR, 1);

/** Values without a word in common, as `true` and `success`: the same if each amount has one counterpart only. */
const byAmount = (old: Totals, next: Totals): Pairing => {
  const values: Record<string, string> = {};
  for (const [value, amount] of old) {
    const others = [...next].filter(([, other]) => near(amount, other));
    const alike = [...old.values()].filter((other) => near(amount, other));
    const [only] = others;
    if (!only || others.length > 1 || alike.length > 1) return { score: 0, values: {} };
    values[value] = only[0];
  }
  const all = old.size > 1 && old.size === next.size;
  return all ? { score: ENOUGH, values } : { score: 0, values: {} };
};
