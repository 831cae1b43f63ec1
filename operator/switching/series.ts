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

/** Without the number it is compared with, an alert says what it watches: `rate(x[1m]) > 3` is `rate(x[1m])`. */
const LIMIT = /(?:[<>]=?|[=!]=)\s*(?:bool\s+)?[-+]?[\d.]+(?:e[-+]?\d+)?\s*$/i;

const sees = async ({ expr }: FileRule, source: Prometheus): Promise<boolean> =>
  (await source.query(expr.trim().replace(LIMIT, ""))).length > 0;

/** Rules that read a series that does not exist, with its name; not those that see enough in others (`a or b`). */
const blind = async (
  rules: FileRule[],
  source: Prometheus,
): Promise<{ alert: string; series: string }[]> => {
  const known = await present(namesIn(rules), source);
  const found: { alert: string; series: string }[] = [];
  for (const rule of rules) {
    const series = readsOf(rule.expr).names.find((name) => !known.has(name));
    if (series === undefined || (await sees(rule, source))) continue;
    found.push({ alert: rule.alert ?? rule.record ?? "", series });
  }
  return found;
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
