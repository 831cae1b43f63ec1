/** What makes each threshold alert fire: the same numbers under the names of both editions. */
import type { Gauge } from "../../pipeline/telemetry/monitor.ts";
import { databaseSeries, legacyGauge, otelGauge, otelName } from "../names.ts";

export interface Series {
  legacy: string;
  /** Undefined where the other edition reads it from another series. */
  otel: string | undefined;
  /** Growth of a counter in each step, or value of a gauge, before and after things go wrong. */
  healthy: number;
  bad: number;
  isGauge?: boolean;
}

/** Of counters: name on each side, then the growth before and after. */
const counted = (
  sides: [legacy: string, otel: string | undefined],
  healthy: number,
  bad: number,
): Series => ({
  legacy: sides[0],
  otel: sides[1],
  healthy,
  bad,
});

const gauged = (name: Gauge, labels: string, [healthy, bad]: [number, number]): Series => ({
  legacy: legacyGauge(name) + labels,
  otel: otelGauge(name) + labels,
  healthy,
  bad,
  isGauge: true,
});

/** All of them below the limit, then half of them above it: buckets up to the limit, the next one, and the last. */
const slower = (
  [legacy, otel]: [string, string],
  labels: string,
  [limit, next]: [string, string],
): Series[] => {
  const sides = (le: string): [string, string] => [
    `${legacy}_bucket{le="${le}"}`,
    `${otel}_bucket{le="${le}"${labels}}`,
  ];
  return [
    counted(sides(limit), 10, 5),
    counted(sides(next), 10, 10),
    counted(sides("+Inf"), 10, 10),
  ];
};

const calls = ["flashcard_api_call_duration_seconds", otelName("apiLatency")] as [string, string];
const database = ["flashcard_database_operation_duration_seconds", databaseSeries] as [
  string,
  string,
];

const failing = (legacy: string, otel: string, [healthy, bad]: [number, number]): Series =>
  counted([`${legacy}{error_type="Api"}`, `${otel}{error_type="Api"}`], healthy, bad);
const apiCalls = counted(["flashcard_api_calls_total", otelName("apiRequests")], 10, 10);
const apiErrors = (bad: number): Series =>
  failing("flashcard_api_errors_total", otelName("apiErrors"), [0, bad]);
const limited = (outcome: string, growth: [number, number]): Series =>
  counted(
    [
      `flashcard_rate_limiter_requests_total{outcome="${outcome}"}`,
      `${otelName("limiterRequests")}{outcome="${outcome}"}`,
    ],
    ...growth,
  );

export const scenes: Record<string, Series[]> = {
  FlashcardCallsFailing: [apiCalls, apiErrors(2)],
  FlashcardCallsFailingBadly: [apiCalls, apiErrors(3)],
  FlashcardCallsSlow: slower(calls, "", ["2.5", "5"]),
  FlashcardCallsVerySlow: slower(calls, "", ["10", "20"]),
  FlashcardConsecutiveFailures: [gauged("apiConsecutiveFailures", "", [0, 6])],
  FlashcardBreakerOpen: [gauged("breakerState", '{name="model"}', [0, 2])],
  FlashcardRateLimited: [limited("denied", [5, 9]), limited("allowed", [5, 1])],
  FlashcardWordsFailing: [
    counted(
      [
        'flashcard_processing_words_total{stage="stage2"}',
        `${otelName("stage2Words")}{stage="stage2"}`,
      ],
      10,
      10,
    ),
    failing("flashcard_processing_errors_total", otelName("stage2Errors"), [0, 3]),
  ],
  FlashcardQueueStuck: [gauged("queueOldestAge", "", [5, 121])],
  FlashcardBudgetWarning: [
    counted(
      ['flashcard_api_cost_usd_total{model="large"}', `${otelName("apiCost")}{model="large"}`],
      0.01,
      50,
    ),
  ],
  FlashcardCacheUseless: [
    counted(
      [
        'flashcard_cache_operations_total{operation="get",hit="false"}',
        `${otelName("cacheOperations")}{operation="get",hit="false"}`,
      ],
      5,
      100,
    ),
    counted(
      [
        'flashcard_cache_operations_total{operation="get",hit="true"}',
        `${otelName("cacheOperations")}{operation="get",hit="true"}`,
      ],
      5,
      1,
    ),
    counted(['flashcard_cache_hits_total{operation="get"}', undefined], 5, 1),
  ],
  FlashcardDatabaseSlow: slower(database, ',db_system_name="postgresql"', ["1", "5"]),
};
