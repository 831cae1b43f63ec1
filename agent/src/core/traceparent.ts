/** W3C trace context: `00-<trace id>-<parent id>-<flags>`. */
import { expectHex, hexByte, hexFailed, hexWord, writeHex } from "./hex.ts";
import {
  FLAGS,
  HAS_PARENT,
  P0,
  P1,
  REMOTE,
  SAMPLED,
  T0,
  T1,
  T2,
  T3,
  type Identity,
} from "./ids.ts";

const LENGTH = 55;
const DASH = 45;

/** Reads a header (text of latin1) into `ids`; false (and `ids` unusable) when it is not a valid one. */
export function parseTraceparent(header: string, ids: Identity): boolean {
  if (!wellFormed(header)) return false;
  expectHex();
  const t0 = hexWord(header, 3);
  const t1 = hexWord(header, 11);
  const t2 = hexWord(header, 19);
  const t3 = hexWord(header, 27);
  const p0 = hexWord(header, 36);
  const p1 = hexWord(header, 44);
  const flags = hexByte(header, 53);
  if (hexFailed || flags < 0 || (t0 | t1 | t2 | t3) === 0 || (p0 | p1) === 0) return false;
  ids[T0] = t0;
  ids[T1] = t1;
  ids[T2] = t2;
  ids[T3] = t3;
  ids[P0] = p0;
  ids[P1] = p1;
  ids[FLAGS] = (flags & SAMPLED) | HAS_PARENT | REMOTE;
  return true;
}

/** A future version may append fields after another dash; `ff` is forbidden for ever. */
function wellFormed(header: string): boolean {
  if (header.length < LENGTH || !dashed(header)) return false;
  const version = hexByte(header, 0);
  if (version === 0) return header.length === LENGTH;
  if (version < 0 || version === 255) return false;
  return header.length === LENGTH || header.charCodeAt(LENGTH) === DASH;
}

const dashed = (header: string): boolean =>
  header.charCodeAt(2) === DASH && header.charCodeAt(35) === DASH && header.charCodeAt(52) === DASH;

/** Ids of a span, as far as a header or a log line needs them. */
export interface Identified {
  t0: number;
  t1: number;
  t2: number;
  t3: number;
  s0: number;
  s1: number;
  flags: number;
  /** Everything but the last byte of the span id and the flags; siblings share it. Empty until first needed. */
  prefix: string;
}

const scratch = Buffer.from("00-00000000000000000000000000000000-0000000000000000-01", "latin1");
const PREFIX_LENGTH = 50;
const TAILS: string[] = [];
for (const flags of ["-00", "-01"])
  for (let value = 0; value < 256; value++) TAILS.push(value.toString(16).padStart(2, "0") + flags);

/**
 * The header for a child whose low id word is `low`. Children share all but the last byte of their id with the parent, so this
 * is one concatenation; only beyond 255 children is it written in full.
 */
export function traceparent(span: Identified, low: number): string {
  const tail = TAILS[((span.flags & SAMPLED) << 8) | (low >>> 24)] as string;
  if (((low ^ span.s1) & 0xffffff) === 0)
    return (span.prefix === "" ? fill(span) : span.prefix) + tail;
  write(span);
  writeHex(scratch, 44, low);
  return scratch.toString("latin1", 0, PREFIX_LENGTH) + tail;
}

function fill(span: Identified): string {
  write(span);
  span.prefix = scratch.toString("latin1", 0, PREFIX_LENGTH);
  return span.prefix;
}

function write(span: Identified): void {
  writeHex(scratch, 3, span.t0);
  writeHex(scratch, 11, span.t1);
  writeHex(scratch, 19, span.t2);
  writeHex(scratch, 27, span.t3);
  writeHex(scratch, 36, span.s0);
  writeHex(scratch, 44, span.s1);
}
