/**
 * Two buffers of encoded spans: one is filled, the other is on its way to the collector. When both are taken, spans are dropped
 * and counted; nothing ever waits and memory never grows.
 */
import { stats } from "./stats.ts";

const SIZE = 1 << 20;
/** A batch leaves when it is half full, so that spans recorded while it travels still find room. */
const FULL = SIZE >> 1;

export interface Batch {
  bytes: Uint8Array;
  view: DataView;
  length: number;
  spans: number;
  travelling: boolean;
}

const empty = (): Batch => {
  const bytes = new Uint8Array(SIZE);
  return { bytes, view: new DataView(bytes.buffer), length: 0, spans: 0, travelling: false };
};

let spare: Batch | null = null;
export let filling = empty();

/** Offset at which `size` bytes may be written, or -1. */
export function claim(size: number): number {
  const at = filling.length;
  if (at + size > SIZE) {
    stats.droppedSpans++;
    return -1;
  }
  filling.length = at + size;
  filling.spans++;
  return at;
}

export const batchIsFull = (): boolean => filling.length > FULL;

/** Takes what has been encoded so far, unless the previous batch has not come back. */
export function takeBatch(): Batch | null {
  spare ??= empty();
  if (filling.length === 0 || spare.travelling) return null;
  const taken = filling;
  taken.travelling = true;
  filling = spare;
  spare = taken;
  return taken;
}

export function release(batch: Batch): void {
  batch.length = 0;
  batch.spans = 0;
  batch.travelling = false;
}
