/**
 * Every question that a panel or an alert asks, in both editions. The answers carry the same labels, so that they can be
 * compared series by series. Windows are fixed numbers: the same expressions are evaluated outside Grafana too.
 */
import { type Gauge } from "../pipeline/telemetry/monitor.ts";
import { databaseSeries, legacyGauge, otelGauge, otelName } from "./names.ts";
import { budgetLeft, burnRate } from "./objectives.ts";
import type { Query as AnyQuery } from "./panels.ts";

/** Alerts and the panels of the pipeline ask both. */
type Query = Required<AnyQuery>;

const window = "1m";
const postgres = '{db_system_name="postgresql"}';

const rate = (selector: string): string => `rate(${selector}[${window}])`;

/** Series of several names as one: their `stage` tells them apart. */
const rates = (selectors: string[]): string =>
  selectors.length === 1 ? rate(selectors[0] ?? "") : `(${selectors.map(rate).join(" or ")})`;

const sumRate = (by: string, selectors: string[]): string =>
  by === "" ? `sum(${rates(selectors)})` : `sum by (${by}) (${rates(selectors)})`;

const stages = (keys: Parameters<typeof otelName>[0][], suffix = ""): string[] =>
  keys.map((key) => otelName(key) + suffix);

const words = stages(["stage1Words", "stage2Words", "otherWords"]);
const stageErrors = stages(["stage1Errors", "stage2Errors", "otherErrors"]);
const stageBuckets = stages(["stage1Duration", "stage2Duration", "otherDuration"], "_bucket");

const summed = (by: string, legacy: string, otel: string | string[]): Query => ({
  legacy: sumRate(by, [legacy]),
  otel: sumRate(by, [otel].flat()),
});

const quantile = (q: number, by: string, series: { legacy: string; otel: string[] }): Query => {
  const labels = by === "" ? "le" : `le, ${by}`;
  return {
    legacy: `histogram_quantile(${q}, ${sumRate(labels, [series.legacy])})`,
    otel: `histogram_quantile(${q}, ${sumRate(labels, series.otel)})`,
  };
};

const ratio = (part: Query, whole: Query): Query => ({
  legacy: `${part.legacy} / ${whole.legacy}`,
  otel: `${part.otel} / ${whole.otel}`,
});

const gauge = (name: Gauge, by = "", fold = "sum"): Query => {
  const over = (series: string): string =>
    by === "" ? `${fold}(${series})` : `${fold} by (${by}) (${series})`;
  return { legacy: over(legacyGauge(name)), otel: over(otelGauge(name)) };
};

const callBuckets = {
  legacy: "flashcard_api_call_duration_seconds_bucket",
  otel: [`${otelName("apiLatency")}_bucket`],
};
const databaseBuckets = {
  legacy: "flashcard_database_operation_duration_seconds_bucket",
  otel: [`${databaseSeries}_bucket${postgres}`],
};

const calls = summed("", "flashcard_api_calls_total", otelName("apiRequests"));
const lookups = summed(
  "",
  'flashcard_cache_operations_total{operation="get"}',
  `${otelName("cacheOperations")}{operation="get"}`,
);
const limited = summed("", "flashcard_rate_limiter_requests_total", otelName("limiterRequests"));

export const queries = {
  calls: summed("model", "flashcard_api_calls_total", otelName("apiRequests")),
  callErrorRatio: ratio(summed("", "flashcard_api_errors_total", otelName("apiErrors")), calls),
  callErrors: summed("model, error_type", "flashcard_api_errors_total", otelName("apiErrors")),
  callMedian: quantile(0.5, "model", callBuckets),
  callTail: quantile(0.95, "model", callBuckets),
  callTailAll: quantile(0.95, "", callBuckets),
  tokens: summed("model", "flashcard_api_tokens_total", otelName("apiTokens")),
  costPerHour: {
    legacy: `${sumRate("model", ["flashcard_api_cost_usd_total"])} * 3600`,
    otel: `${sumRate("model", [otelName("apiCost")])} * 3600`,
  },
  costLastHour: {
    legacy: "sum(increase(flashcard_api_cost_usd_total[1h]))",
    otel: `sum(increase(${otelName("apiCost")}[1h]))`,
  },
  consecutiveFailures: gauge("apiConsecutiveFailures", "", "max"),
  healthScore: gauge("apiHealthScore", "", "min"),
  batches: summed("stage, success", "flashcard_processing_batches_total", otelName("batches")),
  words: summed("stage", "flashcard_processing_words_total", words),
  stageErrors: summed("stage, error_type", "flashcard_processing_errors_total", stageErrors),
  stageErrorRatio: ratio(
    summed("", "flashcard_processing_errors_total", stageErrors),
    summed("", "flashcard_processing_words_total", words),
  ),
  stageTail: quantile(0.95, "stage", {
    legacy: "flashcard_processing_duration_seconds_bucket",
    otel: stageBuckets,
  }),
  throughput: gauge("throughput", "", "avg"),
  cacheOperations: summed(
    "operation",
    "flashcard_cache_operations_total",
    otelName("cacheOperations"),
  ),
  cacheHitRatio: ratio(
    summed(
      "",
      'flashcard_cache_hits_total{operation="get"}',
      `${otelName("cacheOperations")}{operation="get",hit="true"}`,
    ),
    lookups,
  ),
  cacheSize: gauge("cacheSize"),
  databaseOperations: summed(
    "",
    "flashcard_database_operations_total",
    `${databaseSeries}_count${postgres}`,
  ),
  databaseTail: quantile(0.95, "", databaseBuckets),
  databaseRows: summed(
    "",
    "flashcard_database_rows_affected_sum",
    `${otelName("databaseRows")}_sum`,
  ),
  poolConnections: gauge("poolConnections", "state"),
  breakerState: gauge("breakerState", "name", "max"),
  limiterUtilization: gauge("limiterUtilization", "limiter", "max"),
  limiterDenied: ratio(
    summed(
      "",
      'flashcard_rate_limiter_requests_total{outcome="denied"}',
      `${otelName("limiterRequests")}{outcome="denied"}`,
    ),
    limited,
  ),
  inFlight: gauge("inFlight"),
  queueDepth: gauge("queueDepth", "state", "max"),
  queueOldestAge: gauge("queueOldestAge", "", "max"),
  burnCallsInTime: burnRate("calls-in-time"),
  burnWords: burnRate("words"),
  budgetCallsInTime: budgetLeft("calls-in-time"),
  budgetWords: budgetLeft("words"),
} satisfies Record<string, Query>;

export type QueryName = keyof typeof queries;
