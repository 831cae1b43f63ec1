/** The legacy emitter: cumulative numbers in a registry that Prometheus scrapes. */
import { type Registry } from "prom-client";
import { closed } from "../telemetry/closed.ts";
import { guarded, type Monitor } from "../telemetry/monitor.ts";
import { createInstruments, type Instruments } from "./instruments.ts";

type Part<K extends keyof Monitor> = Pick<Monitor, K>;

const api = (to: Instruments): Part<"apiCall" | "apiRetry"> => ({
  apiCall: ({ model, seconds, usage, costUsd, errorType }) => {
    const labels = { model: closed("model", model), success: String(errorType === undefined) };
    to.apiCalls.inc(labels);
    to.apiDuration.observe(labels, seconds);
    if (usage) to.apiTokens.inc(labels, usage.inputTokens + usage.outputTokens);
    if (costUsd !== undefined) to.apiCost.inc(labels, costUsd);
    if (errorType) to.apiErrors.inc({ ...labels, error_type: closed("errorType", errorType) });
  },
  apiRetry: ({ model }) => to.apiRetries.inc({ model: closed("model", model) }),
});

const processing = (to: Instruments): Part<"stageRun" | "batch" | "concurrencyWait"> => ({
  stageRun: ({ stage, seconds, words, errorType }) => {
    const labels = { stage: closed("stage", stage), success: String(errorType === undefined) };
    to.words.inc(labels, words);
    to.stageDuration.observe(labels, seconds);
    if (errorType) to.stageErrors.inc({ ...labels, error_type: closed("errorType", errorType) });
  },
  batch: ({ stage, success }) =>
    to.batches.inc({ stage: closed("stage", stage), success: String(success) }),
  concurrencyWait: ({ seconds }) => to.concurrencyWait.observe(seconds),
});

const cache = (to: Instruments): Part<"cacheLookup" | "cacheStore" | "cacheEviction"> => ({
  cacheLookup: ({ hit, tokensSaved = 0 }) => {
    to.cacheOperations.inc({ operation: "get", hit: String(hit) });
    (hit ? to.cacheHits : to.cacheMisses).inc({ operation: "get" });
    if (tokensSaved > 0) to.cacheTokensSaved.inc(tokensSaved);
  },
  // Only a look-up can hit or miss: a store carries no `hit`, so that rows 12 and 13 stay parts of row 11.
  cacheStore: () => to.cacheOperations.inc({ operation: "set" }),
  cacheEviction: ({ layer, reason }) => to.cacheEvictions.inc({ layer, reason }),
});

const database = (to: Instruments): Part<"database" | "poolAcquire"> => ({
  database: ({ operation, table, seconds, rows }) => {
    const labels = { operation: closed("operation", operation), table: closed("table", table) };
    to.databaseOperations.inc(labels);
    to.databaseDuration.observe(labels, seconds);
    to.databaseRows.observe(labels, rows);
  },
  poolAcquire: ({ seconds, timedOut }) => {
    to.poolAcquire.observe(seconds);
    if (timedOut) to.poolTimeouts.inc();
  },
});

const protection = (to: Instruments): Part<"limiter" | "breakerCall" | "breakerTransition"> => ({
  limiter: ({ limiter, allowed }) =>
    to.limiterRequests.inc({
      limiter: closed("limiter", limiter),
      outcome: allowed ? "allowed" : "denied",
    }),
  breakerCall: ({ name, outcome }) => to.breakerCalls.inc({ name, outcome }),
  breakerTransition: ({ name, to: state }) => to.breakerTransitions.inc({ name, to: state }),
});

export const createLegacyMonitor = (registry: Registry): Monitor => {
  const to = createInstruments(registry);
  const monitor: Monitor = {
    ...api(to),
    ...processing(to),
    ...cache(to),
    ...database(to),
    ...protection(to),
    gauge: to.gauge,
  };
  return guarded(monitor, (event) => to.dropped.inc({ event }));
};
