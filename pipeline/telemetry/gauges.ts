/** The gauges of both kinds of monitoring. Their labels are equal on both sides, so one table is enough. */
import { type Gauge } from "./monitor.ts";

interface GaugeNames {
  legacy: string;
  otel: string;
  /** UCUM; only the OpenTelemetry side says its units apart from its name. */
  unit: string;
  help: string;
  labels: readonly string[];
}

export const gauges: Record<Gauge, GaugeNames> = {
  cacheSize: {
    legacy: "flashcard_cache_size_bytes",
    otel: "cache.size",
    unit: "By",
    help: "Bytes held by the cache in memory",
    labels: [],
  },
  cacheEntries: {
    legacy: "flashcard_cache_entries",
    otel: "cache.entries",
    unit: "{entry}",
    help: "Entries in the cache by layer",
    labels: ["layer"],
  },
  breakerState: {
    legacy: "flashcard_circuit_breaker_state",
    otel: "circuit_breaker.state",
    unit: "{state}",
    help: "0 closed, 1 half-open, 2 open",
    labels: ["name"],
  },
  limiterTokens: {
    legacy: "flashcard_rate_limiter_tokens",
    otel: "rate_limiter.tokens",
    unit: "{token}",
    help: "Calls that the limiter would let through now",
    labels: ["limiter"],
  },
  limiterUtilization: {
    legacy: "flashcard_rate_limiter_utilization_ratio",
    otel: "rate_limiter.utilization",
    unit: "1",
    help: "Share of the limiter's capacity in use",
    labels: ["limiter"],
  },
  inFlight: {
    legacy: "flashcard_concurrency_in_flight",
    otel: "concurrency.in_flight",
    unit: "{item}",
    help: "Items being worked on",
    labels: [],
  },
  poolConnections: {
    legacy: "flashcard_database_pool_connections",
    otel: "database.pool.connections",
    unit: "{connection}",
    help: "Database connections by state",
    labels: ["state"],
  },
  queueDepth: {
    legacy: "flashcard_queue_depth",
    otel: "queue.depth",
    unit: "{item}",
    help: "Items in the queue by state and stage",
    labels: ["state", "stage"],
  },
  queueOldestAge: {
    legacy: "flashcard_queue_oldest_age_seconds",
    otel: "queue.oldest_age",
    unit: "s",
    help: "Age of the oldest item in the queue",
    labels: [],
  },
  apiConsecutiveFailures: {
    legacy: "flashcard_api_consecutive_failures",
    otel: "api.consecutive_failures",
    unit: "{call}",
    help: "Failed calls since the last one that succeeded",
    labels: [],
  },
  apiHealthScore: {
    legacy: "flashcard_api_health_score",
    otel: "api.health.status",
    unit: "1",
    help: "0.7 of the success rate and 0.3 of the latency against 5 s, over the latest calls",
    labels: [],
  },
  throughput: {
    legacy: "flashcard_processing_throughput_words_per_second",
    otel: "pipeline.throughput",
    unit: "{word}/s",
    help: "Words per second of the latest batches",
    labels: ["stage", "success"],
  },
};
