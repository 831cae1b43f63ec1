/** Time inside the agent is `performance.now()`: monotonic milliseconds. Unix nanoseconds appear only in encoded bytes. */
import { performance } from "node:perf_hooks";

export const now: () => number = performance.now.bind(performance);

/** As it was: an application may take it away. */
const { process } = globalThis;

/** Milliseconds of CPU of the whole process so far. Some twenty times dearer than `now`. */
export function cpuNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const WORD = 4294967296;
const PER_WORD = 1 / WORD;
/** Below this, a difference is jitter of the two clocks; above, somebody set the clock or the machine slept. */
const DRIFT_MS = 50;
/** Three years; as a wall clock, March 1973. */
const OLDEST_PROCESS_MS = 1e11;

let originMs = performance.timeOrigin;
let baseLow = 0;
let baseHigh = 0;

const anchor = (ms: number): void => {
  originMs = ms;
  const nanos = BigInt(Math.round(ms * 1e3)) * 1000n;
  baseLow = Number(nanos & 0xffffffffn);
  baseHigh = Number(nanos >> 32n);
};

anchor(originMs);

/** Follows jumps of the wall clock, so that spans recorded after one carry the new time. */
export function reanchor(wallMs: number, monotonicMs: number): void {
  const drift = wallMs - (originMs + monotonicMs);
  if (Math.abs(drift) > DRIFT_MS) anchor(originMs + drift);
}

/** Writes agent time as fixed64 unix nanoseconds, little endian, without a BigInt per span. */
export function writeNanos(view: DataView, at: number, ms: number): void {
  const low = Math.floor(ms * 1e6) + baseLow;
  const carry = Math.floor(low * PER_WORD);
  view.setUint32(at, low - carry * WORD, true);
  view.setUint32(at + 4, baseHigh + carry, true);
}

/** As it is now: later jumps of the wall clock leave it alone. */
export function nanosOf(ms: number): Uint8Array {
  const bytes = new Uint8Array(8);
  writeNanos(new DataView(bytes.buffer), 0, ms);
  return bytes;
}

/** Not by conversion: a symbol or a bare object would throw. */
const number = (value: unknown): number => (typeof value === "number" ? value : NaN);

export const fromEpochMs = (ms: number): number => ms - originMs;

/** A time as the API takes it (`[s, ns]`, Date, epoch ms, or a `performance.now()` value) in agent time. */
export function fromTimeInput(time: unknown, fallback: number): number {
  if (time === undefined || time === null) return fallback;
  if (Array.isArray(time)) {
    const ms = number(time[0]) * 1e3 + number(time[1]) / 1e6;
    return Number.isFinite(ms) ? fromEpochMs(ms) : fallback;
  }
  const ms = time instanceof Date ? time.getTime() : number(time);
  if (!Number.isFinite(ms)) return fallback;
  // The API allows both scales in one number: what no process is old enough for is a time of the wall clock, be it from before the
  // start of this one (a message that waited).
  return ms < OLDEST_PROCESS_MS ? ms : fromEpochMs(ms);
}
