/** What arrived of one attempt. */
import { metricPoints, onlyTrace, spanTraces } from "./otlp.ts";

export interface TallyStats {
  spans: number;
  traces: number;
  offTraces: number;
  bytes: number;
  requests: number;
  metricPoints: number;
}

export interface Tally {
  /** Throws for what cannot be read. */
  take: (path: string, body: Uint8Array) => void;
  stats: () => TallyStats;
  /** Export requests with the spans of that item only; empty when they did not arrive or were forgotten. */
  traceOf: (sequence: string) => Uint8Array[];
}

/** Requests that are kept for `traceOf`. */
const KEPT = 16;

export const tally = (token: string): Tally => {
  const total = { spans: 0, offTraces: 0, bytes: 0, requests: 0, metricPoints: 0 };
  const traces = new Set<string>();
  const kept: Uint8Array[] = [];
  const takeTraces = (body: Uint8Array): void => {
    const ours = spanTraces(body).filter((trace) => trace.startsWith(token));
    total.spans += ours.length;
    for (const trace of ours) {
      if (traces.has(trace)) continue;
      traces.add(trace);
      if (isOff(trace)) total.offTraces += 1;
    }
    kept.push(body);
    if (kept.length > KEPT) kept.shift();
  };
  return {
    take: (path, body) => {
      total.requests += 1;
      total.bytes += body.length;
      if (path === "/v1/traces") takeTraces(body);
      if (path === "/v1/metrics") total.metricPoints += metricPoints(body);
    },
    stats: () => ({ ...total, traces: traces.size }),
    traceOf: (sequence) => kept.flatMap((body) => onlyTrace(body, token + sequence) ?? []),
  };
};

/** Odd sequences belong to items that were off. */
const isOff = (trace: string): boolean => Number.parseInt(trace.slice(-1), 16) % 2 === 1;
