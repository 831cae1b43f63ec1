/** An alert's expression is empty while nothing is wrong; that it would see anything is shown by the series it reads. */
import type { Prometheus } from "../measurement/prometheus.ts";
import type { Seen } from "./look.ts";
import type { Missing, Sides } from "./proof.ts";
import { readsOf } from "./promql.ts";
import { type FileRule, originals, rulesIn } from "./rules.ts";

const namesIn = (rules: FileRule[]): string[] => [
  ...new Set(rules.flatMap(({ expr }) => readsOf(expr).names)),
];

/** Those of the names that have a series now. */
const present = async (names: string[], source: Prometheus): Promise<Set<string>> => {
  if (names.length === 0) return new Set();
  const either = names.map((name) => name.replaceAll(/[^\w:]/g, ".")).join("|");
  const samples = await source.query(`count by (__name__) ({__name__=~"${either}"})`);
  return new Set(samples.map(({ labels }) => labels["__name__"] ?? ""));
};

/** Rules that read a series that does not exist, with its name. */
const blind = async (
  rules: FileRule[],
  source: Prometheus,
): Promise<{ alert: string; series: string }[]> => {
  const known = await present(namesIn(rules), source);
  return rules.flatMap(({ alert, record, expr }) => {
    const series = readsOf(expr).names.find((name) => !known.has(name));
    return series === undefined ? [] : [{ alert: alert ?? record ?? "", series }];
  });
};

/**
 * A counter of errors has no series before the first error. So an alert may be blind in the new source as long as the alert
 * of the same name is just as blind in the old one; then nothing is lost.
 */
export const seriesOfRules = async (
  { loaded, legacyRules, copy }: Seen,
  { otel, legacy }: Sides,
): Promise<Missing> => {
  const now = await blind(rulesIn(loaded?.data), otel);
  if (now.length === 0) return undefined;
  const old = legacyRules ? rulesIn(originals(legacyRules, copy)) : [];
  const before = legacy ? await blind(old, legacy) : [];
  const excused = new Set(before.map(({ alert }) => alert));
  const lost = now.find(({ alert }) => !excused.has(alert));
  return lost
    ? {
        reason: "SeriesMissing",
        message: `${lost.alert} reads ${lost.series}, which has no series in the new Prometheus`,
      }
    : undefined;
};
