/** Samples by the labels both sides share, and where they differ. */
import type { ParityRow } from "./paritymap.ts";

export interface Sample {
  labels: Record<string, string>;
  value: number;
  /** How far the value may be off because nobody looked exactly at the edges of the window. */
  slack?: number;
}

export interface Group {
  /** The labels in the words of the new series. */
  labels: Record<string, string>;
  key: string;
  /** Key without the bucket's boundary. */
  parent: string;
  value: number;
  slack: number;
}

export interface Part {
  name: "value" | "count" | "sum" | "bucket";
  row: ParityRow;
  legacy: Group[];
  otel: Group[];
}

export interface Difference {
  labels: Record<string, string>;
  part: Part["name"];
  legacy: number | undefined;
  otel: number | undefined;
  /** Of the old value; undefined where that is zero or absent. */
  percent: number | undefined;
  sentence: string;
}

interface Origin {
  side: "legacy" | "otel";
  /** Of the values. */
  factor: number;
}

/** One group for each combination of mapped labels; an absent label and an empty one are the same. */
export const grouped = (row: ParityRow, samples: readonly Sample[], origin: Origin): Group[] => {
  const groups = Map.groupBy(samples, (sample) => keyOf(labelsOf(row, sample, origin.side)));
  return [...groups].map(([key, members]) => {
    const labels = (members[0] && labelsOf(row, members[0], origin.side)) ?? {};
    const { le: _le, ...parent } = labels;
    const values = members.map(({ value }) => value * origin.factor);
    return {
      labels,
      key,
      parent: keyOf(parent),
      value: aggregate(row, values),
      slack: together(row, members) * origin.factor,
    };
  });
};

const keyOf = (labels: Record<string, string>): string =>
  JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));

const labelsOf = (
  row: ParityRow,
  { labels }: Sample,
  side: Origin["side"],
): Record<string, string> => {
  const mapped = Object.entries(row.labels).map(([old, new_]): [string, string] => {
    if (side === "otel") return [new_, labels[new_] ?? ""];
    const value = labels[old] ?? "";
    return [new_, row.values?.[old]?.[value] ?? value];
  });
  const { le } = labels;
  const boundary =
    le === undefined ? [] : [["le", boundaryOf(le, side === "legacy" ? row.unitFactor : 1)]];
  return Object.fromEntries([...mapped.filter(([, value]) => value !== ""), ...boundary]) as Record<
    string,
    string
  >;
};

/** "5e-01", "0.5" and 500 ms are the same boundary. */
const boundaryOf = (le: string, factor: number): string =>
  le === "+Inf" ? le : String(Number((Number(le) * factor).toPrecision(9)));

const aggregate = ({ aggregation = "sum" }: ParityRow, values: number[]): number => {
  if (aggregation === "max") return Math.max(...values);
  const sum = values.reduce((total, value) => total + value, 0);
  return aggregation === "avg" ? sum / values.length : sum;
};

/**
 * Series of one process are read and stall together: what they may be off by adds up. Of several processes it adds up like
 * errors do that do not know of each other.
 */
const together = ({ aggregation = "sum" }: ParityRow, members: readonly Sample[]): number => {
  const slackOf = (samples: readonly Sample[]): number[] => samples.map(({ slack = 0 }) => slack);
  if (aggregation === "max") return Math.max(...slackOf(members));
  const processes = Map.groupBy(members, ({ labels }) => labels["instance"] ?? "");
  const slacks = [...processes.values()].map((samples) =>
    slackOf(samples).reduce((sum, slack) => sum + slack, 0),
  );
  return Math.hypot(...slacks) / (aggregation === "avg" ? members.length : 1);
};

/** `scale`: what the tolerance of a group is a percentage of. */
export const differences = (part: Part, scale: (group: Group) => number): Difference[] => {
  const news = new Map(part.otel.map((group) => [group.key, group]));
  const olds = new Set(part.legacy.map(({ key }) => key));
  const lost = part.legacy.flatMap(
    (group) => compare(part, { group, other: news.get(group.key) }, scale) ?? [],
  );
  // More boundaries than before are no difference.
  const fresh =
    part.name === "bucket"
      ? []
      : part.otel.filter(({ key, value, slack }) => !olds.has(key) && Math.abs(value) > slack);
  return [
    ...lost,
    ...fresh.map((group) =>
      difference(part, group.labels, { legacy: undefined, otel: group.value }),
    ),
  ];
};

const compare = (
  part: Part,
  { group, other }: { group: Group; other: Group | undefined },
  scale: (group: Group) => number,
): Difference | undefined => {
  const { tolerancePercent, toleranceAbsolute = 0 } = part.row;
  const slack = Math.hypot(group.slack, other?.slack ?? 0);
  const allowed = (scale(group) * tolerancePercent) / 100 + toleranceAbsolute + slack;
  if (other ? Math.abs(other.value - group.value) <= allowed : Math.abs(group.value) <= slack)
    return undefined;
  return difference(part, group.labels, { legacy: group.value, otel: other?.value });
};

const difference = (
  { name, row }: Part,
  labels: Record<string, string>,
  { legacy, otel }: { legacy: number | undefined; otel: number | undefined },
): Difference => {
  const percent = legacy && otel !== undefined ? (otel / legacy - 1) * 100 : undefined;
  const place = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const where = `${name} of {${place.join(", ")}}`;
  const much =
    percent === undefined
      ? ""
      : ` (${percent > 0 ? "+" : ""}${percent.toFixed(1)} %, allowed ${row.tolerancePercent} %)`;
  return {
    labels,
    part: name,
    legacy,
    otel,
    percent,
    sentence: `${where} was ${shown(legacy)} and is ${shown(otel)}${much}`,
  };
};

const shown = (value: number | undefined): string =>
  value === undefined ? "absent" : String(Number(value.toPrecision(6)));
