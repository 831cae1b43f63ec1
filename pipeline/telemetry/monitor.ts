/**
 * What the services tell their monitoring: events of the domain, not metrics. One event is told once; each
 * implementation (legacy, OpenTelemetry, none) makes its own numbers of it.
 */
import { type ErrorType } from "../domain/errors.ts";
import { type Stage, type Usage } from "../domain/stages.ts";

export interface ApiCall {
  model: string;
  seconds: number;
  /** Absent when the call failed before the model answered. */
  usage?: Usage | undefined;
  costUsd?: number | undefined;
  /** Present exactly when the call failed. */
  errorType?: ErrorType | undefined;
  status?: number | undefined;
}

export interface StageRun {
  stage: Stage;
  seconds: number;
  words: number;
  errorType?: ErrorType | undefined;
}

export interface DatabaseOperation {
  operation: string;
  table: string;
  seconds: number;
  rows: number;
}

export type CacheLayer = "l1" | "l2";
export type Breaker = "closed" | "half-open" | "open";

export interface Sample {
  value: number;
  labels?: Record<string, string>;
}

/** Gauges are read when somebody looks. */
export const GAUGES = [
  "cacheSize",
  "cacheEntries",
  "breakerState",
  "limiterTokens",
  "limiterUtilization",
  "inFlight",
  "poolConnections",
  "queueDepth",
  "queueOldestAge",
  "apiConsecutiveFailures",
  "apiHealthScore",
  "throughput",
] as const;
export type Gauge = (typeof GAUGES)[number];

export interface Monitor {
  apiCall: (call: ApiCall) => void;
  apiRetry: (retry: { model: string; status: number | undefined }) => void;
  stageRun: (run: StageRun) => void;
  batch: (batch: { stage: Stage; success: boolean }) => void;
  cacheLookup: (lookup: { hit: boolean; tokensSaved?: number }) => void;
  cacheStore: () => void;
  cacheEviction: (eviction: {
    layer: CacheLayer;
    reason: "evicted" | "expired" | "corrupt";
  }) => void;
  database: (operation: DatabaseOperation) => void;
  poolAcquire: (acquire: { seconds: number; timedOut: boolean }) => void;
  limiter: (request: { limiter: string; allowed: boolean }) => void;
  breakerCall: (call: { name: string; outcome: "success" | "failure" | "rejected" }) => void;
  breakerTransition: (transition: { name: string; to: Breaker }) => void;
  concurrencyWait: (wait: { seconds: number }) => void;
  gauge: (name: Gauge, read: () => Sample[]) => void;
}

type Event = keyof Monitor;

const nothing = (): void => {};

/** Off is an implementation. */
export const silentMonitor: Monitor = {
  apiCall: nothing,
  apiRetry: nothing,
  stageRun: nothing,
  batch: nothing,
  cacheLookup: nothing,
  cacheStore: nothing,
  cacheEviction: nothing,
  database: nothing,
  poolAcquire: nothing,
  limiter: nothing,
  breakerCall: nothing,
  breakerTransition: nothing,
  concurrencyWait: nothing,
  gauge: nothing,
};

const events = Object.keys(silentMonitor) as Event[];

const mapped = (make: (event: Event) => (...args: never[]) => void): Monitor =>
  Object.fromEntries(events.map((event) => [event, make(event)])) as unknown as Monitor;

/** Monitoring must never break what it watches: a throwing implementation is counted and otherwise ignored. */
export const guarded = (monitor: Monitor, dropped: (event: Event) => void): Monitor =>
  mapped((event) => {
    const tell = monitor[event] as (...args: unknown[]) => void;
    return (...args: unknown[]) => {
      try {
        tell(...args);
      } catch {
        dropped(event);
      }
    };
  });

/** Tells all of them. */
export const both = (first: Monitor, second: Monitor): Monitor =>
  mapped((event) => {
    const tellFirst = first[event] as (...args: unknown[]) => void;
    const tellSecond = second[event] as (...args: unknown[]) => void;
    return (...args: unknown[]) => {
      tellFirst(...args);
      tellSecond(...args);
    };
  });
