/**
 * Traces behind a histogram's numbers: per bucket the newest of those that were drawn since the last export. One measurement in
 * sixteen is drawn; more would be overwritten before anybody saw them, and each one costs a look at the current span.
 */
import type { Writer } from "../core/protobuf.ts";

/** A measurement and the span it was made in; ids as words (`core/ids.ts`). */
export interface Seen {
  span: { t0: number; t1: number; t2: number; t3: number; s0: number; s1: number };
  /** Agent time. */
  at: number;
}

const DRAWN = 16;
const EXEMPLAR = 8;
const IDS = 6;

let turn = 0;
export const isDrawn = (): boolean => turn++ % DRAWN === 0;

export class Exemplars {
  private readonly ids: Int32Array;
  /** Value and time, by bucket; a time of 0 is none. */
  private readonly numbers: Float64Array;

  constructor(buckets: number) {
    this.ids = new Int32Array(IDS * buckets);
    this.numbers = new Float64Array(2 * buckets);
  }

  keep(bucket: number, value: number, { span, at }: Seen): void {
    this.ids.set([span.t0, span.t1, span.t2, span.t3, span.s0, span.s1], IDS * bucket);
    this.numbers[2 * bucket] = value;
    this.numbers[2 * bucket + 1] = at;
  }

  /** Writes what was kept, and forgets it. */
  write(out: Writer): void {
    const { numbers } = this;
    for (let bucket = 0; 2 * bucket < numbers.length; bucket++) {
      const at = numbers[2 * bucket + 1] as number;
      if (at === 0) continue;
      out.message(EXEMPLAR, () => this.writeOne(out, bucket, at));
      numbers[2 * bucket + 1] = 0;
    }
  }

  private writeOne(out: Writer, bucket: number, at: number): void {
    const ids = new Uint8Array(this.ids.buffer, 4 * IDS * bucket, 4 * IDS);
    out.time(2, at);
    out.double(3, this.numbers[2 * bucket] as number);
    out.blob(4, ids.subarray(16, 24));
    out.blob(5, ids.subarray(0, 16));
  }
}
