/**
 * Which new series says what an old one said: all 17 rows of the legacy contract. A row whose two sides name a label's
 * value differently, or whose new side has several metrics, is split, so that every entry compares like with like.
 */
import { stringify } from "yaml";
import type { Cardinality, SpanMap } from "../verdict/paritymap.ts";
import { databaseSeries, legacyGauge, otelGauge, otelName } from "./names.ts";

export interface ParityRow {
  /** Number in the contract, and a part of it where the row is split. */
  row: string;
  name: string;
  kind: "counter" | "histogram" | "gauge";
  /** PromQL selector; for histograms without the suffix of its parts. */
  legacy: string;
  otel: string;
  path: "otlp";
  /** otel = legacy * unitFactor */
  unitFactor: number;
  /** Label of the legacy series -> label of the new one, with equal values. */
  labels: Record<string, string>;
  /** Label of the legacy series -> its value -> that of the new one. */
  values?: Record<string, Record<string, string>>;
  /** Besides the percentage: what a rare event at the edge of the window may do. */
  toleranceAbsolute?: number;
  aggregation: "sum" | "avg";
  tolerancePercent: number;
  /** Which spans are what it counts. */
  spans?: SpanMap;
}

type Sides = Pick<ParityRow, "legacy" | "otel"> &
  Partial<
    Pick<ParityRow, "labels" | "values" | "toleranceAbsolute" | "tolerancePercent" | "spans">
  >;

/** Events are counted at the same places: what the edges of a window may do to a count is allowed besides. */
const usual = { path: "otlp", unitFactor: 1, aggregation: "sum", tolerancePercent: 0.5 } as const;

const counter = (row: string, name: string, sides: Sides): ParityRow => ({
  row,
  name,
  kind: "counter",
  ...usual,
  labels: {},
  ...sides,
});

/** Durations are measured by two clocks at slightly different places: their sums may differ a little more. */
const histogram = (row: string, name: string, sides: Sides): ParityRow => ({
  ...counter(row, name, sides),
  kind: "histogram",
  tolerancePercent: sides.tolerancePercent ?? 10,
});

const gauge = (row: string, name: string, key: "cacheSize" | "throughput"): ParityRow => ({
  ...counter(row, name, { legacy: legacyGauge(key), otel: otelGauge(key) }),
  kind: "gauge",
  aggregation: "avg",
  // Both sides are looked at every few seconds, at different moments.
  tolerancePercent: 20,
});

/** A word that fails does so three times within two seconds. */
const fewEvents = 3;
const byModel = { labels: { model: "model" } };
const byStatement = { labels: { operation: "db_operation_name", table: "db_collection_name" } };
const stageParts = [
  {
    part: "stage1",
    selector: '{stage="stage1"}',
    words: "stage1Words",
    duration: "stage1Duration",
    errors: "stage1Errors",
  },
  {
    part: "stage2",
    selector: '{stage="stage2"}',
    words: "stage2Words",
    duration: "stage2Duration",
    errors: "stage2Errors",
  },
  {
    part: "other",
    selector: '{stage!~"stage[12]"}',
    words: "otherWords",
    duration: "otherDuration",
    errors: "otherErrors",
  },
] as const;

const api: ParityRow[] = [
  counter("1", "api.calls.total", {
    legacy: "flashcard_api_calls_total",
    otel: otelName("apiRequests"),
    labels: { model: "model", success: "status" },
    values: { success: { true: "success", false: "error" } },
    toleranceAbsolute: fewEvents,
  }),
  counter("2", "api.tokens.total", {
    legacy: "flashcard_api_tokens_total",
    otel: otelName("apiTokens"),
    ...byModel,
  }),
  counter("3", "api.cost.total", {
    legacy: "flashcard_api_cost_usd_total",
    otel: otelName("apiCost"),
    ...byModel,
  }),
  histogram("4", "api.call.duration", {
    legacy: "flashcard_api_call_duration_seconds",
    otel: otelName("apiLatency"),
    ...byModel,
  }),
  counter("5", "api.errors.total", {
    legacy: "flashcard_api_errors_total",
    otel: otelName("apiErrors"),
    labels: { model: "model", error_type: "error_type" },
    toleranceAbsolute: fewEvents,
  }),
];

/** Nothing but the two model stages fails in ordinary traffic: a third part would have no evidence. */
const failingParts = stageParts.filter(({ part }) => part === "stage2");

const processing: ParityRow[] = [
  counter("6", "processing.batches.total", {
    legacy: "flashcard_processing_batches_total",
    otel: otelName("batches"),
    labels: { stage: "stage", success: "success" },
    toleranceAbsolute: fewEvents,
  }),
  ...stageParts.map(({ part, selector, words }) =>
    counter(`7-${part}`, "processing.words.total", {
      legacy: `flashcard_processing_words_total${selector}`,
      otel: otelName(words),
      labels: { stage: "stage", success: "success" },
    }),
  ),
  ...stageParts.map(({ part, selector, duration }) =>
    histogram(`8-${part}`, "processing.duration", {
      legacy: `flashcard_processing_duration_seconds${selector}`,
      otel: otelName(duration),
      labels: { stage: "stage", success: "success" },
    }),
  ),
  gauge("9", "processing.throughput", "throughput"),
  ...failingParts.map(({ selector, errors }) =>
    counter("10", "processing.errors.total", {
      legacy: `flashcard_processing_errors_total${selector}`,
      otel: otelName(errors),
      labels: { stage: "stage", error_type: "error_type" },
      toleranceAbsolute: fewEvents,
    }),
  ),
];

const cache: ParityRow[] = [
  counter("11", "cache.operations.total", {
    legacy: "flashcard_cache_operations_total",
    otel: otelName("cacheOperations"),
    labels: { operation: "operation", hit: "hit" },
    spans: {
      where: { "span.name": ["cache.get", "cache.set"] },
      labels: { operation: "span.name" },
      values: { operation: { get: "cache.get", set: "cache.set" } },
    },
  }),
  counter("12", "cache.hits.total", {
    legacy: "flashcard_cache_hits_total",
    otel: `${otelName("cacheOperations")}{hit="true"}`,
    labels: { operation: "operation" },
  }),
  counter("13", "cache.misses.total", {
    legacy: "flashcard_cache_misses_total",
    otel: `${otelName("cacheOperations")}{hit="false"}`,
    labels: { operation: "operation" },
  }),
  gauge("14", "cache.size.bytes", "cacheSize"),
];

const postgres = '{db_system_name="postgresql"}';

const database: ParityRow[] = [
  counter("15", "database.operations.total", {
    legacy: "flashcard_database_operations_total",
    otel: `${databaseSeries}_count${postgres}`,
    ...byStatement,
    spans: {
      where: { "db.system.name": ["postgresql"] },
      labels: { operation: "db.operation.name", table: "db.collection.name" },
    },
  }),
  histogram("16", "database.operation.duration", {
    legacy: "flashcard_database_operation_duration_seconds",
    otel: `${databaseSeries}${postgres}`,
    ...byStatement,
    // Many queries take about a millisecond, where one of the bucket boundaries is.
    tolerancePercent: 15,
  }),
  histogram("17", "database.rows.affected", {
    legacy: "flashcard_database_rows_affected",
    otel: otelName("databaseRows"),
    labels: { operation: "operation", table: "table" },
  }),
];

export const parityRows: ParityRow[] = [...api, ...processing, ...cache, ...database];

/** What the pipeline puts on spans beside what the agent does; its baggage is named in the resource. */
export const spanAttributes: Record<string, Cardinality> = {
  "batch.size": "many",
  "cache.hit": "few",
  "cache.layer": "few",
  "flashcard.stage": "few",
  attempt: "few",
};

const head = `# Made by dashboards/generate.ts from the tables in pipeline/: the parity map of the 17 legacy metrics.
# legacy, otel: PromQL selectors (histograms without _bucket, _sum, _count); otel = legacy * unitFactor;
# labels: label of the legacy series -> label of the new one, values: where their values are named differently.
# An absent label and an empty one are the same. spans: each of these is one of the operations that the legacy counter counts.
# attributes: what the pipeline puts on spans by itself, and whether its values are few or many.
`;

export const parityMap = (): string =>
  head +
  stringify(
    { version: 1, attributes: spanAttributes, rows: parityRows },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
