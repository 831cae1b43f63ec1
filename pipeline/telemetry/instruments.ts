/** The new names. No name here may turn into a legacy one under any of Prometheus' translations: see names.test.ts. */
import { type Counter, type Histogram, type Meter } from "@opentelemetry/api";
import { boundaries } from "./boundaries.ts";

export const counters = {
  apiRequests: ["api.requests", "{request}"],
  apiTokens: ["api.tokens", "{token}"],
  apiCost: ["api.cost", "USD"],
  apiErrors: ["api.errors", "{error}"],
  apiRetries: ["api.retries", "{retry}"],
  apiRateLimit: ["api.rate_limit", "{response}"],
  batches: ["pipeline.batches", "{batch}"],
  stage1Words: ["flashcard.stage1.processed", "{word}"],
  stage2Words: ["flashcard.stage2.processed", "{word}"],
  otherWords: ["pipeline.words", "{word}"],
  stage1Errors: ["flashcard.stage1.errors", "{error}"],
  stage2Errors: ["flashcard.stage2.errors", "{error}"],
  otherErrors: ["pipeline.errors", "{error}"],
  cacheOperations: ["cache.operations", "{operation}"],
  cacheEvictions: ["cache.evictions", "{entry}"],
  cacheTokensSaved: ["cache.tokens_saved", "{token}"],
  poolTimeouts: ["database.pool.timeouts", "{timeout}"],
  limiterRequests: ["rate_limiter.requests", "{request}"],
  breakerCalls: ["circuit_breaker.calls", "{call}"],
  breakerTransitions: ["circuit_breaker.transitions", "{transition}"],
} as const satisfies Record<string, readonly [name: string, unit: string]>;

export const histograms = {
  apiLatency: ["api.latency", "s", boundaries.call],
  stage1Duration: ["flashcard.stage1.duration", "s", boundaries.call],
  stage2Duration: ["flashcard.stage2.duration", "s", boundaries.call],
  otherDuration: ["pipeline.duration", "s", boundaries.call],
  // Not `db.rows_affected`: an agent may count those by itself, and sums must not double.
  databaseRows: ["database.rows_affected", "{row}", boundaries.rows],
  poolAcquire: ["database.pool.acquire", "s", boundaries.wait],
  concurrencyWait: ["concurrency.wait", "s", boundaries.wait],
} as const satisfies Record<
  string,
  readonly [name: string, unit: string, boundaries: readonly number[]]
>;

export type Instruments = Record<keyof typeof counters, Counter> &
  Record<keyof typeof histograms, Histogram>;

const keysOf = <K extends string>(table: Record<K, unknown>): K[] => Object.keys(table) as K[];

export const createInstruments = (meter: Meter): Instruments => ({
  ...(Object.fromEntries(
    keysOf(counters).map((key) => {
      const [name, unit] = counters[key];
      return [key, meter.createCounter(name, { unit })];
    }),
  ) as Record<keyof typeof counters, Counter>),
  ...(Object.fromEntries(
    keysOf(histograms).map((key) => {
      const [name, unit, explicitBucketBoundaries] = histograms[key];
      return [
        key,
        meter.createHistogram(name, {
          unit,
          advice: { explicitBucketBoundaries: [...explicitBucketBoundaries] },
        }),
      ];
    }),
  ) as Record<keyof typeof histograms, Histogram>),
});
