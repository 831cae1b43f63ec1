/**
 * Log records on their way to OTLP: encoded when they come, by scope, until the next export takes them. Bounded: what finds no
 * room is counted and gone.
 */
import { hexOf } from "../core/hex.ts";
import { now } from "../core/clock.ts";
import { type Scope, withScope } from "../core/scopes.ts";
import { Writer, writeAny, writeAttribute } from "../core/protobuf.ts";
import { stats } from "../core/stats.ts";
import type { Value } from "../core/values.ts";

export interface LogRecord {
  /** Agent time. */
  at: number;
  severity: number;
  severityText: string;
  eventName: string;
  body: Value | undefined;
  attributes: [string, Value][];
  /** Whose ids it carries. */
  span: Identified | null;
}

interface Identified {
  t0: number;
  t1: number;
  t2: number;
  t3: number;
  s0: number;
  s1: number;
  flags: number;
}

/** All scopes together. */
const MOST_BYTES = 1 << 20;
const SCOPES = 100;

const waiting = new Map<string, { scope: Scope; out: Writer }>();
let bytes = 0;

const keyOf = ({ name, version }: Scope): string => `${name}\u0001${version}`;

function writerOf(scope: Scope): Writer | undefined {
  const known = waiting.get(keyOf(scope));
  if (known !== undefined || waiting.size === SCOPES) return known?.out;
  const out = new Writer();
  waiting.set(keyOf(scope), { scope, out });
  return out;
}

/** False when it was dropped. */
export function keepRecord(scope: Scope, record: LogRecord): boolean {
  const out = bytes < MOST_BYTES ? writerOf(scope) : undefined;
  if (out === undefined) {
    stats.droppedLogs++;
    return false;
  }
  const before = out.length;
  out.message(2, () => write(out, record));
  bytes += out.length - before;
  stats.logs++;
  return true;
}

/** Encoded ScopeLogs of everything since the last call; empty when there was nothing. */
export function takeRecords(): Uint8Array[] {
  const taken = [...waiting.values()].map(({ scope, out }) => withScope(scope, out));
  waiting.clear();
  bytes = 0;
  return taken;
}

function write(out: Writer, record: LogRecord): void {
  const { at, severity, severityText, body, attributes, eventName, span } = record;
  out.time(1, at);
  out.time(11, now());
  if (severity > 0) out.uint(2, severity);
  if (severityText !== "") out.string(3, severityText);
  if (body !== undefined) out.message(5, () => writeAny(out, body));
  for (const [key, value] of attributes) writeAttribute(out, 6, key, value);
  if (eventName !== "") out.string(12, eventName);
  if (span !== null) writeIds(out, span);
}

function writeIds(out: Writer, { t0, t1, t2, t3, s0, s1, flags }: Identified): void {
  out.fixed32(8, flags & 1);
  out.blob(9, Buffer.from(hexOf(t0, t1, t2, t3), "hex"));
  out.blob(10, Buffer.from(hexOf(s0, s1), "hex"));
}
