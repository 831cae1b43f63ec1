/**
 * Recording rules that join an old series with its successor, so that a panel or a burn rate over thirty days has no hole where
 * one ends and the other begins. Labels and units are those of the new series. Pure.
 *
 * While both run they count the same events, so the larger of the two is taken and never the sum: in the middle of a rollout the
 * old series still knows all pods and the new one some of them, in the middle of retiring it is the other way round.
 */
import { type ParityRow, seriesOf } from "@flashcard-otel/verdict/paritymap.ts";
import type { Rule } from "../objectives/burn.ts";

/** Tells what both sides say apart from what one of them says, as for alerts. */
export const BRIDGED = { edition: "bridge" };

/** A bridge goes on with the new series when the old ones end. */
export const isBridge = (labels: Record<string, unknown> = {}): boolean =>
  labels["edition"] === BRIDGED.edition;

const WINDOW = "5m";

/** Both must have the same labels. */
export const joined = (old: string, fresh: string): string =>
  `((${old}) >= (${fresh}) or (${fresh}) or (${old}))`;

const quoted = (text: string): string => JSON.stringify(text);

/** Within a regular expression every sign stands for itself. */
const literal = (text: string): string => text.replaceAll(/[^\w]/g, "[$&]");

/** The old series with the labels, and the values of labels, of the new one. */
const translated = (expression: string, { labels, values = {} }: ParityRow): string => {
  const steps = Object.entries(labels).flatMap(([from, to]) => [
    ...(from === to ? [] : [[to, "$1", from, "(.*)"]]),
    ...Object.entries(values[from] ?? {}).map(([old, fresh]) => [to, fresh, from, literal(old)]),
  ]);
  return steps.reduce(
    (text, step) => `label_replace(${text}, ${step.map(quoted).join(", ")})`,
    expression,
  );
};

interface Part {
  suffix: "" | "_bucket" | "_sum" | "_count";
  /** Only durations and sizes have a unit, counts of events have none. */
  hasUnit: boolean;
  labels: string[];
}

const PARTS: Record<ParityRow["kind"], Part[]> = {
  counter: [{ suffix: "", hasUnit: true, labels: [] }],
  gauge: [{ suffix: "", hasUnit: true, labels: [] }],
  histogram: [
    { suffix: "_bucket", hasUnit: false, labels: ["le"] },
    { suffix: "_sum", hasUnit: true, labels: [] },
    { suffix: "_count", hasUnit: false, labels: [] },
  ],
};

/** A scrape writes a bound as `1.0`, OTLP as `1`. */
const oneBound = (expression: string): string =>
  `label_replace(${expression}, "le", "$1", "le", "(.+)[.]0")`;

const rule = (
  row: ParityRow,
  { suffix, hasUnit, labels }: Part,
): { record: string; expr: string } => {
  const { kind, unitFactor, aggregation = "sum" } = row;
  const name = (selector: string): string => (suffix ? seriesOf(selector, suffix) : selector);
  const bounded = suffix === "_bucket" ? oneBound : (expression: string) => expression;
  const read = (selector: string): string =>
    kind === "gauge" ? selector : bounded(`rate(${name(selector)}[${WINDOW}])`);
  const by = [...labels, ...Object.values(row.labels)].join(", ");
  const folded = (expression: string): string =>
    by === "" ? `${aggregation}(${expression})` : `${aggregation} by (${by}) (${expression})`;
  const old = folded(translated(read(row.legacy), row));
  const scaled = hasUnit && unitFactor !== 1 ? `${old} * ${unitFactor}` : old;
  const base = name(row.legacy).replace(/\{.*$/, "").trim();
  return {
    record: `bridge:${base}${kind === "gauge" ? "" : `:rate${WINDOW}`}`,
    expr: joined(scaled, folded(read(row.otel))),
  };
};

/** Bounds of a histogram with another unit would have to be computed: it is bridged without its buckets. */
const partsOf = ({ kind, unitFactor }: ParityRow): Part[] =>
  PARTS[kind].filter(({ suffix }) => suffix !== "_bucket" || unitFactor === 1);

/** One rule for each old series: rows that are parts of one have different labels. Rows that are dropped have no other side. */
export const bridgeRules = (rows: ParityRow[]): Rule[] => {
  const rules = rows
    .filter(({ dropped }) => dropped === undefined)
    .flatMap((row) => partsOf(row).map((part) => rule(row, part)));
  const named = Object.entries(Object.groupBy(rules, ({ record }) => record));
  return named.map(([record, parts = []]) => ({
    record,
    expr: parts.map(({ expr }) => expr).join(" or "),
    labels: BRIDGED,
  }));
};
