/**
 * Two buffers of encoded spans: one is filled, the other is on its way to the collector. When both are taken, spans are dropped
 * and counted; nothing ever waits and memory never grows.
 */
import { Writer } from "./protobuf.ts";
import { stats } from "./stats.ts";

const SIZE = 1 << 20;
/** A batch leaves when it is half full, so that spans recorded while it travels still find room. */
const FULL = SIZE >> 1;

export interface Batch {
  /** Spans of our own instrumentations. */
  bytes: Uint8Array;
  view: DataView;
  length: number;
  /** Spans of the application's tracers, by scope: few, and each scope's must stand together. */
  scoped: Map<number, Writer>;
  scopedLength: number;
  spans: number;
  travelling: boolean;
}

const empty = (): Batch => {
  const bytes = new Uint8Array(SIZE);
  return {
    bytes,
    view: new DataView(bytes.buffer),
    length: 0,
    scoped: new Map(),
    scopedLength: 0,
    spans: 0,
    travelling: false,
  };
};

let spare: Batch | null = null;
export let filling = empty();

/** Offset at which `size` bytes may be written, or -1. */
export function claim(size: number): number {
  const at = filling.length;
  if (!hasRoom(size)) return -1;
  filling.length = at + size;
  filling.spans++;
  return at;
}

const BETWEEN = 16;

/** Adds an encoded span of a tracer of the application. */
export function addScoped(scope: number, span: Writer): void {
  const size = span.length + BETWEEN;
  if (!hasRoom(size)) return;
  const known = filling.scoped.get(scope);
  const out = known ?? new Writer();
  if (known === undefined) filling.scoped.set(scope, out);
  out.blob(2, span.bytes.subarray(0, span.length));
  filling.scopedLength += size;
  filling.spans++;
}

/** Counts a span that finds none. */
function hasRoom(size: number): boolean {
  if (filling.length + filling.scopedLength + size <= SIZE) return true;
  stats.droppedSpans++;
  return false;
}

export const batchIsFull = (): boolean => filling.length + filling.scopedLength > FULL;

/** Takes what has been encoded so far, unless the previous batch has not come back. */
export function takeBatch(): Batch | null {
  spare ??= empty();
  if (filling.spans === 0 || spare.travelling) return null;
  const taken = filling;
  taken.travelling = true;
  filling = spare;
  spare = taken;
  return taken;
}

export function release(batch: Batch): void {
  batch.length = 0;
  batch.scoped.clear();
  batch.scopedLength = 0;
  batch.spans = 0;
  batch.travelling = false;
}
