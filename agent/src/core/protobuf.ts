/** A protobuf writer, and the few OTLP messages every signal shares. Used when something is first seen and for rich spans. */
import { writeNanos } from "./clock.ts";
import type { Value } from "./values.ts";

const text = new TextEncoder();
const WORD = 4294967296;
const FIRST = 256;
/** Lengths below fit into one byte, and so do the characters below. */
const SHORT = 128;

export class Writer {
  bytes = new Uint8Array(FIRST);
  view = new DataView(this.bytes.buffer);
  length = 0;

  reset(): void {
    this.length = 0;
  }

  /** A copy; the writer can be used again. */
  take(): Uint8Array {
    const copy = this.bytes.slice(0, this.length);
    this.length = 0;
    return copy;
  }

  room(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const bigger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    bigger.set(this.bytes);
    this.bytes = bigger;
    this.view = new DataView(bigger.buffer);
  }

  byte(value: number): void {
    this.room(1);
    this.bytes[this.length++] = value;
  }

  /** Any integer up to 2^53; negative ones as ten bytes of two's complement. */
  varint(value: number): void {
    if (value < 0) return this.negative(value);
    this.room(10);
    let rest = value;
    while (rest > 127) {
      this.bytes[this.length++] = (rest & 127) | 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length++] = rest;
  }

  private negative(value: number): void {
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 127n) {
      this.byte(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    this.byte(Number(rest));
  }

  uint(field: number, value: number): void {
    this.varint(field << 3);
    this.varint(value);
  }

  double(field: number, value: number): void {
    this.varint((field << 3) | 1);
    this.room(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  fixed32(field: number, value: number): void {
    this.varint((field << 3) | 5);
    this.room(4);
    this.view.setUint32(this.length, value, true);
    this.length += 4;
  }

  fixed64(field: number, value: number): void {
    this.varint((field << 3) | 1);
    this.fixed64Value(value);
  }

  /** Agent time, as fixed64 unix nanoseconds. */
  time(field: number, ms: number): void {
    this.fixed64(field, 0);
    writeNanos(this.view, this.length - 8, ms);
  }

  fixed64Value(value: number): void {
    this.room(8);
    this.view.setUint32(this.length, value % WORD, true);
    this.view.setUint32(this.length + 4, Math.floor(value / WORD), true);
    this.length += 8;
  }

  raw(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  blob(field: number, bytes: Uint8Array): void {
    this.varint((field << 3) | 2);
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** Lone surrogates become U+FFFD: a batch must be valid UTF-8 whatever the application says. */
  string(field: number, value: string): void {
    if (value.length >= SHORT || !this.ascii(field, value)) this.blob(field, text.encode(value));
  }

  /** Names and most values are short and plain; writing those by hand spares an array each. False: nothing was written. */
  private ascii(field: number, value: string): boolean {
    const { length } = value;
    const before = this.length;
    this.varint((field << 3) | 2);
    this.room(length + 1);
    const { bytes } = this;
    bytes[this.length++] = length;
    let any = 0;
    for (let at = 0; at < length; at++) {
      const code = value.charCodeAt(at);
      any |= code;
      bytes[this.length + at] = code;
    }
    this.length = any < SHORT ? this.length + length : before;
    return any < SHORT;
  }

  message(field: number, write: () => void): void {
    const start = this.open(field);
    write();
    this.close(start);
  }

  /** Begins a message of unknown length; `close` takes what this returns. */
  open(field: number): number {
    this.varint((field << 3) | 2);
    this.byte(0);
    return this.length;
  }

  close(start: number): void {
    const size = this.length - start;
    if (size < 128) {
      this.bytes[start - 1] = size;
      return;
    }
    let extra = 0;
    for (let rest = size; rest > 127; rest = Math.floor(rest / 128)) extra++;
    this.room(extra);
    this.bytes.copyWithin(start + extra, start, this.length);
    this.length = start - 1;
    this.varint(size);
    this.length += size;
  }
}

const STRING_LIMIT = 8192;

const clip = (value: string): string =>
  value.length > STRING_LIMIT ? value.slice(0, STRING_LIMIT) : value;

export function writeAny(out: Writer, value: Value): void {
  if (typeof value === "string") out.string(1, clip(value));
  else if (typeof value === "boolean") out.uint(2, value ? 1 : 0);
  else if (typeof value === "number") writeNumber(out, value);
  else if (value !== null) writeObject(out, value);
}

function writeNumber(out: Writer, value: number): void {
  if (Number.isSafeInteger(value)) out.uint(3, value);
  else out.double(4, value);
}

function writeObject(out: Writer, value: Exclude<Value, string | number | boolean | null>): void {
  if (value instanceof Uint8Array) out.blob(7, value);
  else if (Array.isArray(value))
    out.message(5, () => {
      for (const each of value) out.message(1, () => writeAny(out, each));
    });
  else
    out.message(6, () => {
      for (const [key, each] of Object.entries(value)) writeAttribute(out, 1, key, each);
    });
}

// oxlint-disable-next-line max-params -- called for every attribute; a pair would be an array for each.
export function writeAttribute(out: Writer, field: number, key: string, value: Value): void {
  const attribute = out.open(field);
  out.string(1, clip(key));
  const any = out.open(2);
  writeAny(out, value);
  out.close(any);
  out.close(attribute);
}

/** Undefined means: this one is not there. */
export type Constants = Record<string, Value | undefined>;

/** Attributes that never change, encoded once. */
export function encodeAttributes(field: number, attributes: Constants): Uint8Array {
  const out = new Writer();
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined) writeAttribute(out, field, key, value);
  return out.take();
}
