/** Samples by the labels both sides share, and where they differ. */
import type { ParityRow } from "./paritymap.ts";
import { type Loose, slackBetween, sum } from "./slack.ts";

export interface Sample {
  labels: Record<string, string>;
  value: number;
  /** How far the value may be off because nobody looked exactly at the edges of the window. */
  slack?: number;
  /** How far at most; absent when that is `slack`. */
  most?: number;
  /** What had come together at moments of the window that are the same on both sides. */
  curve?: number[];
}

export interface Group extends Loose {
  /** The labels in the words of the new series. */
  labels: Record<string, string>;
  key: string;
  /** Key without the bucket's boundary. */
  parent: string;
  value: number;
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
    const joined = (of: (member: Sample) => number): number =>
      aggregate(
        row,
        members.map((member) => of(member) * origin.factor),
      );
    return {
      labels,
      key,
      parent: keyOf(parent),
      value: joined(({ value }) => value),
      slack: together(row, members) * origin.factor,
      most: joined(({ most = 0 }) => most),
      curve: momentsOf(members).map((nth) => joined(({ curve = [] }) => curve[nth] ?? 0)),
    };
  });
};

const momentsOf = (members: readonly Sample[]): number[] => [...(members[0]?.curve?.keys() ?? [])];

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
  const total = sum(values);
  return aggregation === "avg" ? total / values.length : total;
};

/**
 * Series of one process are read and stall together: what they may be off by adds up. Of several processes it adds up like
 * errors do that do not know of each other.
 */
const together = ({ aggregation = "sum" }: ParityRow, members: readonly Sample[]): number => {
  const slackOf = (samples: readonly Sample[]): number[] => samples.map(({ slack = 0 }) => slack);
  if (aggregation === "max") return Math.max(...slackOf(members));
  const processes = Map.groupBy(members, ({ labels }) => labels["instance"] ?? "");
  const slacks = [...processes.values()].map((samples) => sum(slackOf(samples)));
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
  const slack = other ? slackBetween(group, other) : group.slack;
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
