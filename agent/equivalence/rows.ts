/** Metrics as rows, one for each set of attributes, without what depends on time. Pure. */
import type { OfficialAttributes, OfficialMetric, OfficialPoint } from "../testing/official.ts";
import { type Aliases, normalised, scopeName } from "./forest.ts";

export interface Row {
  name: string;
  /** `sum monotonic cumulative`, as far as it applies. */
  kind: string;
  scope: string;
  unit: string;
  description: string;
  attributes: OfficialAttributes;
  bounds: number[];
  /** Count of durations, all of everything else. */
  value: unknown;
}

const TEMPORALITY = ["", "delta", "cumulative"];

const kindOf = ({ kind, monotonic, temporality }: OfficialMetric): string =>
  [kind, monotonic ? "monotonic" : "", TEMPORALITY[temporality]].filter(Boolean).join(" ");

/** How long something took is not the same twice; how often it happened is. */
const valueOf = (
  { unit }: OfficialMetric,
  { count, sum, buckets, value }: OfficialPoint,
): unknown => {
  if (count === undefined) return value;
  return unit === "s" ? { count } : { count, sum, buckets };
};

export const rowsOf = (metrics: readonly OfficialMetric[], aliases: Aliases): Row[] =>
  metrics.flatMap((metric) =>
    metric.points.map((point) => ({
      name: metric.name,
      kind: kindOf(metric),
      scope: scopeName(metric.scope),
      unit: metric.unit,
      description: metric.description,
      attributes: normalised(point.attributes, aliases),
      bounds: point.bounds ?? [],
      value: valueOf(metric, point),
    })),
  );

const identity = (row: Row): string => JSON.stringify({ ...row, value: undefined });

const added = (rows: readonly Row[]): Row[] => {
  const [first, ...others] = rows;
  const counts = rows.map(({ value }) => (value as { count?: number }).count ?? 0);
  if (first === undefined || others.length === 0) return [...rows];
  return [{ ...first, value: { count: counts.reduce((total, count) => total + count, 0) } }];
};

/** Durations that can no longer be told apart are counted together; two instrumentations may measure the same. */
export const merged = (rows: readonly Row[]): Row[] =>
  [...Map.groupBy(rows, identity).values()].flatMap((same) =>
    same.every(({ unit }) => unit === "s") ? added(same) : same,
  );
