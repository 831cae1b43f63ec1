/** The new emitter: the same events through OpenTelemetry's API. Without an SDK or agent it costs and does nothing. */
import { type Counter, type Histogram, type Meter } from "@opentelemetry/api";
import { type Stage } from "../domain/stages.ts";
import { closed } from "./closed.ts";
import { gauges } from "./gauges.ts";
import { createInstruments, type Instruments } from "./instruments.ts";
import { guarded, type Monitor } from "./monitor.ts";

type Part<K extends keyof Monitor> = Pick<Monitor, K>;

const api = (to: Instruments): Part<"apiCall" | "apiRetry"> => ({
  apiCall: ({ model, seconds, usage, costUsd, errorType, status }) => {
    const known = closed("model", model);
    const labels = { model: known, status: errorType === undefined ? "success" : "error" };
    to.apiRequests.add(1, labels);
    to.apiLatency.record(seconds, labels);
    if (usage) to.apiTokens.add(usage.inputTokens + usage.outputTokens, { model: known });
    if (costUsd !== undefined) to.apiCost.add(costUsd, { model: known });
    if (errorType)
      to.apiErrors.add(1, {
        model: known,
        error_type: errorType,
        status_code: String(status ?? 0),
      });
  },
  apiRetry: ({ model, status }) => {
    to.apiRetries.add(1, { model: closed("model", model) });
    if (status === 429) to.apiRateLimit.add(1, { model: closed("model", model) });
  },
});

interface StageInstruments {
  words: Counter;
  duration: Histogram;
  errors: Counter;
}

const stageInstruments = (to: Instruments): ((stage: Stage) => StageInstruments) => {
  const other = { words: to.otherWords, duration: to.otherDuration, errors: to.otherErrors };
  const own: Partial<Record<Stage, StageInstruments>> = {
    stage1: { words: to.stage1Words, duration: to.stage1Duration, errors: to.stage1Errors },
    stage2: { words: to.stage2Words, duration: to.stage2Duration, errors: to.stage2Errors },
  };
  return (stage) => own[stage] ?? other;
};

const processing = (to: Instruments): Part<"stageRun" | "batch" | "concurrencyWait"> => {
  const of = stageInstruments(to);
  return {
    stageRun: ({ stage, seconds, words, errorType }) => {
      const labels = { stage, success: errorType === undefined };
      const { words: counter, duration, errors } = of(stage);
      counter.add(words, labels);
      duration.record(seconds, labels);
      if (errorType) errors.add(1, { stage, error_type: errorType });
    },
    batch: ({ stage, success }) => to.batches.add(1, { stage, success }),
    concurrencyWait: ({ seconds }) => to.concurrencyWait.record(seconds),
  };
};

const cache = (to: Instruments): Part<"cacheLookup" | "cacheStore" | "cacheEviction"> => ({
  cacheLookup: ({ hit, tokensSaved = 0 }) => {
    to.cacheOperations.add(1, { operation: "get", hit });
    if (tokensSaved > 0) to.cacheTokensSaved.add(tokensSaved);
  },
  cacheStore: () => to.cacheOperations.add(1, { operation: "set" }),
  cacheEviction: ({ layer, reason }) => to.cacheEvictions.add(1, { layer, reason }),
});

const protection = (
  to: Instruments,
): Part<"database" | "poolAcquire" | "limiter" | "breakerCall" | "breakerTransition"> => ({
  // Count and duration of queries come from the agent, as `db.client.operation.duration`.
  database: ({ operation, table, rows }) =>
    to.databaseRows.record(rows, {
      operation: closed("operation", operation),
      table: closed("table", table),
    }),
  poolAcquire: ({ seconds, timedOut }) => {
    to.poolAcquire.record(seconds);
    if (timedOut) to.poolTimeouts.add(1);
  },
  limiter: ({ limiter, allowed }) =>
    to.limiterRequests.add(1, {
      limiter: closed("limiter", limiter),
      outcome: allowed ? "allowed" : "denied",
    }),
  breakerCall: ({ name, outcome }) => to.breakerCalls.add(1, { name, outcome }),
  breakerTransition: ({ name, to: state }) => to.breakerTransitions.add(1, { name, to: state }),
});

const gauge =
  (meter: Meter): Monitor["gauge"] =>
  (name, read) => {
    const { otel, unit } = gauges[name];
    meter.createObservableGauge(otel, { unit }).addCallback((result) => {
      for (const sample of read()) result.observe(sample.value, sample.labels ?? {});
    });
  };

export const createOtelMonitor = (meter: Meter, dropped: () => void = () => {}): Monitor => {
  const to = createInstruments(meter);
  return guarded(
    { ...api(to), ...processing(to), ...cache(to), ...protection(to), gauge: gauge(meter) },
    dropped,
  );
};
