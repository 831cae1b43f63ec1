/** Which traces are recorded. One decision per trace, at its root; everybody else follows the caller's flag. */
import { FLAGS, HIDDEN, newTrace, SAMPLED, T3, type Identity } from "./ids.ts";

const WHOLE = 4294967296;

let threshold = WHOLE;
export let recordsSpans = true;

export function sample(ratio: number, spans: boolean): void {
  threshold = Math.min(1, Math.max(0, ratio)) * WHOLE;
  recordsSpans = spans;
}

let slowMs = Infinity;

/** Of requests that are not sampled, those that failed or took this long are recorded all the same; Infinity: none. */
export function keepWorst(ms: number): void {
  slowMs = ms;
}

export const isWorst = (status: number, ms: number): boolean =>
  slowMs !== Infinity && recordsSpans && (status >= 500 || ms >= slowMs);

/** A trace that begins here. Without spans of our own nothing is said to callees: they begin traces with a root that exists. */
export function beginTrace(ids: Identity): void {
  newTrace(ids);
  if (!recordsSpans) ids[FLAGS] = HIDDEN;
  else if ((ids[T3] as number) >>> 0 < threshold) ids[FLAGS] = SAMPLED;
}

/** Children of an unsampled span are not recorded either, wherever that span lives. */
export const records = (span: { flags: number }): boolean =>
  (span.flags & SAMPLED) !== 0 && recordsSpans;
