/** The legacy contract: names, labels and buckets of what is scraped. Changing a name here is breaking somebody's alert. */
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { boundaries } from "../telemetry/boundaries.ts";
import { gauges } from "../telemetry/gauges.ts";
import { type Gauge as GaugeName, GAUGES, type Sample } from "../telemetry/monitor.ts";

const counters = {
  apiCalls: ["flashcard_api_calls_total", "Calls to the model", ["model", "success"]],
  apiTokens: ["flashcard_api_tokens_total", "Tokens paid for", ["model", "success"]],
  apiCost: ["flashcard_api_cost_usd_total", "Cost of the calls in USD", ["model", "success"]],
  apiErrors: ["flashcard_api_errors_total", "Failed calls", ["model", "success", "error_type"]],
  apiRetries: ["flashcard_api_retries_total", "Attempts after the first one", ["model"]],
  batches: ["flashcard_processing_batches_total", "Batches by stage", ["stage", "success"]],
  words: ["flashcard_processing_words_total", "Words by stage", ["stage", "success"]],
  stageErrors: [
    "flashcard_processing_errors_total",
    "Words that failed in a stage",
    ["stage", "success", "error_type"],
  ],
  cacheOperations: ["flashcard_cache_operations_total", "Cache operations", ["operation", "hit"]],
  cacheHits: ["flashcard_cache_hits_total", "Look-ups that found something", ["operation"]],
  cacheMisses: ["flashcard_cache_misses_total", "Look-ups that found nothing", ["operation"]],
  cacheEvictions: ["flashcard_cache_evictions_total", "Entries removed", ["layer", "reason"]],
  cacheTokensSaved: ["flashcard_cache_tokens_saved_total", "Tokens that hits did not cost", []],
  databaseOperations: [
    "flashcard_database_operations_total",
    "Database operations",
    ["operation", "table"],
  ],
  poolTimeouts: ["flashcard_database_pool_timeouts_total", "Waits for a connection given up", []],
  limiterRequests: [
    "flashcard_rate_limiter_requests_total",
    "Questions to the limiter",
    ["limiter", "outcome"],
  ],
  breakerCalls: [
    "flashcard_circuit_breaker_calls_total",
    "Calls through the breaker",
    ["name", "outcome"],
  ],
  breakerTransitions: [
    "flashcard_circuit_breaker_transitions_total",
    "State changes",
    ["name", "to"],
  ],
  dropped: [
    "flashcard_monitoring_dropped_total",
    "Events that monitoring could not record",
    ["event"],
  ],
} as const satisfies Record<
  string,
  readonly [name: string, help: string, labels: readonly string[]]
>;

const histograms = {
  apiDuration: [
    "flashcard_api_call_duration_seconds",
    "Duration of calls to the model",
    ["model", "success"],
    boundaries.call,
  ],
  stageDuration: [
    "flashcard_processing_duration_seconds",
    "Duration of a stage",
    ["stage", "success"],
    boundaries.call,
  ],
  databaseDuration: [
    "flashcard_database_operation_duration_seconds",
    "Duration of database operations",
    ["operation", "table"],
    boundaries.database,
  ],
  databaseRows: [
    "flashcard_database_rows_affected",
    "Rows read or written by an operation",
    ["operation", "table"],
    boundaries.rows,
  ],
  poolAcquire: [
    "flashcard_database_pool_acquire_seconds",
    "Wait for a connection",
    [],
    boundaries.wait,
  ],
  concurrencyWait: [
    "flashcard_concurrency_wait_seconds",
    "Wait for a free place",
    [],
    boundaries.wait,
  ],
} as const satisfies Record<
  string,
  readonly [name: string, help: string, labels: readonly string[], buckets: readonly number[]]
>;

type Counters = Record<keyof typeof counters, Counter>;
type Histograms = Record<keyof typeof histograms, Histogram>;

export interface Instruments extends Counters, Histograms {
  gauge: (name: GaugeName, read: () => Sample[]) => void;
}

const keysOf = <K extends string>(table: Record<K, unknown>): K[] => Object.keys(table) as K[];

/** Names of all legacy metrics, as Prometheus stores them (histograms without their suffixes). */
export const legacyNames: readonly string[] = [
  ...keysOf(counters).map((key) => counters[key][0]),
  ...keysOf(histograms).map((key) => histograms[key][0]),
  ...GAUGES.map((name) => gauges[name].legacy),
];

const register =
  (registry: Registry) =>
  (name: GaugeName, read: () => Sample[]): void => {
    const { legacy, help, labels } = gauges[name];
    const gauge = new Gauge({
      name: legacy,
      help,
      labelNames: [...labels],
      registers: [registry],
      collect: () => {
        gauge.reset();
        for (const sample of read()) gauge.set(sample.labels ?? {}, sample.value);
      },
    });
  };

export const createInstruments = (registry: Registry): Instruments => {
  const registers = [registry];
  const counter = (key: keyof Counters): [string, Counter] => {
    const [name, help, labels] = counters[key];
    return [key, new Counter({ name, help, labelNames: [...labels], registers })];
  };
  const histogram = (key: keyof Histograms): [string, Histogram] => {
    const [name, help, labels, buckets] = histograms[key];
    return [
      key,
      new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers }),
    ];
  };
  return {
    ...(Object.fromEntries(keysOf(counters).map(counter)) as Counters),
    ...(Object.fromEntries(keysOf(histograms).map(histogram)) as Histograms),
    gauge: register(registry),
  };
};
