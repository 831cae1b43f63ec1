/* oxlint-disable max-params -- one call per span; an options object would be the only allocation in it. */
/**
 * The hot path: a finished span is one 64-byte record, numbers only. Encoding happens later, in one warm loop, off the request.
 *
 * words 0-3 trace, 4-5 span, 6-7 parent, 8-9 start (f64), 10-11 end (f64), 12 template, 13 flags
 */
import { addScoped, batchIsFull, claim, filling } from "./batch.ts";
import { writeNanos } from "./clock.ts";
import { Details } from "./details.ts";
import { failed } from "./guard.ts";
import { HAS_PARENT, REMOTE } from "./ids.ts";
import { Writer } from "./protobuf.ts";
import { writeSpan } from "./rich.ts";
import { OWN } from "./scopes.ts";
import type { Span } from "./span.ts";
import { stats } from "./stats.ts";
import { chargeWhole } from "./timing.ts";
import {
  AT_END,
  AT_FLAGS,
  AT_LENGTH,
  AT_SPAN,
  AT_START,
  AT_TRACE,
  PARENT_SIZE,
  templates,
  type Template,
} from "./template.ts";

const COUNT = 512;
const words = new Int32Array(COUNT * 16);
const times = new Float64Array(words.buffer);
const bytes = new Uint8Array(words.buffer);
/** Encoded attributes from baggage, and what else a record has beyond its template; a string is a `url.path`. */
const extras: (Uint8Array | null)[] = Array.from({ length: COUNT }, () => null);
const richness: (Details | string | null)[] = Array.from({ length: COUNT }, () => null);

let used = 0;
let onFull: () => void = () => undefined;

/** Called when a batch should leave before the timer says so. */
export function whenFull(ship: () => void): void {
  onFull = ship;
}

/** A span that never was an object: child `low` of `parent`. */
export function recordChild(
  template: number,
  parent: Span,
  low: number,
  start: number,
  end: number,
): void {
  const w = used << 4;
  const f = used << 3;
  words[w] = parent.t0;
  words[w + 1] = parent.t1;
  words[w + 2] = parent.t2;
  words[w + 3] = parent.t3;
  words[w + 4] = parent.s0;
  words[w + 5] = low;
  words[w + 6] = parent.s0;
  words[w + 7] = parent.s1;
  times[f + 4] = start;
  times[f + 5] = end;
  words[w + 12] = template;
  words[w + 13] = HAS_PARENT;
  if (++used === COUNT) drain();
}

/** A span with an object: one of the server's, or of the application. */
export function recordSpan(template: number, span: Span, end: number): void {
  const w = used << 4;
  const f = used << 3;
  words[w] = span.t0;
  words[w + 1] = span.t1;
  words[w + 2] = span.t2;
  words[w + 3] = span.t3;
  words[w + 4] = span.s0;
  words[w + 5] = span.s1;
  words[w + 6] = span.p0;
  words[w + 7] = span.p1;
  times[f + 4] = span.start;
  times[f + 5] = end;
  words[w + 12] = template;
  words[w + 13] = span.flags;
  if (++used === COUNT) drain();
}

/** Says more about the span that will be recorded next. */
export function withExtra(extra: Uint8Array): void {
  extras[used] = extra;
}
export function withDetails(details: Details | string): void {
  richness[used] = details;
}

function drain(): void {
  chargeWhole(encodeRecords);
  if (batchIsFull()) onFull();
}

/** Numbers to OTLP. Runs when the ring is full and before every export. */
export function encodeRecords(): void {
  const count = used;
  used = 0;
  for (let record = 0; record < count; record++) {
    const template = templates[words[(record << 4) + 12] as number] as Template;
    try {
      encode(record, template);
    } catch (error) {
      // Whatever it is about this one, the others leave.
      stats.droppedSpans++;
      failed(error);
    }
  }
  stats.spans += count;
}

function encode(record: number, template: Template): void {
  if (template.scope !== OWN) encodeScoped(record, template);
  else if (extras[record] === null && richness[record] === null) encodePlain(record, template);
  else encodeRich(record, template);
}

function encodePlain(record: number, template: Template): void {
  const w = record << 4;
  const flags = words[w + 13] as number;
  const parent = (flags & HAS_PARENT) !== 0;
  const size = parent ? template.bytes.length : template.bytes.length - PARENT_SIZE;
  const at = claim(size);
  if (at < 0) return;
  const { view } = filling;
  filling.bytes.set(parent ? template.bytes : template.bytes.subarray(0, size), at);
  filling.bytes[at + AT_LENGTH] = ((size - 3) & 127) | 128;
  filling.bytes[at + AT_LENGTH + 1] = (size - 3) >> 7;
  for (let word = 0; word < 4; word++)
    view.setInt32(at + AT_TRACE + 4 * word, words[w + word] as number, true);
  view.setInt32(at + AT_SPAN, words[w + 4] as number, true);
  view.setInt32(at + AT_SPAN + 4, words[w + 5] as number, true);
  writeNanos(view, at + AT_START, times[(record << 3) + 4] as number);
  writeNanos(view, at + AT_END, times[(record << 3) + 5] as number);
  view.setUint32(at + AT_FLAGS, otlpFlags(flags), true);
  if (!parent) return;
  view.setInt32(at + size - 8, words[w + 6] as number, true);
  view.setInt32(at + size - 4, words[w + 7] as number, true);
}

/** Sampled (W3C), "I know whether my parent is remote", and whether it is. */
const otlpFlags = (flags: number): number => 0x101 | ((flags & REMOTE) !== 0 ? 0x200 : 0);

const writer = new Writer();
const length = new Writer();

function encodeScoped(record: number, template: Template): void {
  writeRich(record, template);
  addScoped(template.scope, writer);
}

function encodeRich(record: number, template: Template): void {
  writeRich(record, template);
  length.reset();
  length.varint(writer.length);
  const at = claim(1 + length.length + writer.length);
  if (at < 0) return;
  filling.bytes[at] = 0x12;
  filling.bytes.set(length.bytes.subarray(0, length.length), at + 1);
  filling.bytes.set(writer.bytes.subarray(0, writer.length), at + 1 + length.length);
}

/** One span into `writer`. */
function writeRich(record: number, template: Template): void {
  const w = record << 4;
  const flags = words[w + 13] as number;
  const details = richness[record] ?? null;
  const extra = extras[record] ?? null;
  richness[record] = null;
  extras[record] = null;
  writer.reset();
  writeSpan(writer, {
    template,
    ids: bytes.subarray(4 * w, 4 * w + 32),
    hasParent: (flags & HAS_PARENT) !== 0,
    flags: otlpFlags(flags),
    start: times[(record << 3) + 4] as number,
    end: times[(record << 3) + 5] as number,
    details: typeof details === "string" ? pathDetails(details) : details,
    extra,
  });
}

function pathDetails(url: string): Details {
  const details = new Details();
  const query = url.indexOf("?");
  details.set("url.path", query < 0 ? url : url.slice(0, query));
  return details;
}
