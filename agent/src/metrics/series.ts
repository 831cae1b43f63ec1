/** The numbers of one instrument under one set of attributes. Cumulative, as Prometheus wants them. */
import { encodeAttributes, type Writer } from "../core/protobuf.ts";
import { keep } from "../core/values.ts";
import { writeNanos } from "../core/clock.ts";

export type AttributeSet = Record<string, unknown>;

const NUMBER_ATTRIBUTE = 7;
const HISTOGRAM_ATTRIBUTE = 9;

export interface Window {
  /** Agent time of the first moment the numbers count. */
  start: number;
  end: number;
}

export interface Series {
  write: (out: Writer, window: Window) => void;
}

function encoded(field: number, attributes: AttributeSet): Uint8Array {
  const kept = Object.entries(attributes).map(([key, value]) => [key, keep(value)] as const);
  return encodeAttributes(field, Object.fromEntries(kept));
}

function writeWindow(out: Writer, { start, end }: Window): void {
  out.fixed64(2, 0);
  writeNanos(out.view, out.length - 8, start);
  out.fixed64(3, 0);
  writeNanos(out.view, out.length - 8, end);
}

/** Sum or last value; which of the two is the instrument's business. */
export class NumberSeries implements Series {
  value = 0;
  private readonly attributes: Uint8Array;
  private readonly integer: boolean;

  constructor(attributes: AttributeSet, integer: boolean) {
    this.attributes = encoded(NUMBER_ATTRIBUTE, attributes);
    this.integer = integer;
  }

  write(out: Writer, window: Window): void {
    out.message(1, () => {
      out.raw(this.attributes);
      writeWindow(out, window);
      if (this.integer && Number.isSafeInteger(this.value)) writeInteger(out, this.value);
      else out.double(4, this.value);
    });
  }
}

function writeInteger(out: Writer, value: number): void {
  out.fixed64(6, 0);
  out.view.setBigInt64(out.length - 8, BigInt(value), true);
}

export class HistogramSeries implements Series {
  private readonly attributes: Uint8Array;
  private readonly bounds: readonly number[];
  private readonly counts: Float64Array;
  private count = 0;
  private sum = 0;
  private min = Infinity;
  private max = -Infinity;

  constructor(attributes: AttributeSet, bounds: readonly number[]) {
    this.attributes = encoded(HISTOGRAM_ATTRIBUTE, attributes);
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  record(value: number): void {
    const { bounds, counts } = this;
    let bucket = 0;
    // Linear: a dozen bounds, and most values fall into the first few. Bounds are inclusive above.
    while (bucket < bounds.length && value > (bounds[bucket] as number)) bucket++;
    counts[bucket] = (counts[bucket] as number) + 1;
    this.count++;
    this.sum += value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }

  write(out: Writer, window: Window): void {
    if (this.count === 0) return;
    out.message(1, () => {
      out.raw(this.attributes);
      writeWindow(out, window);
      out.fixed64(4, this.count);
      out.double(5, this.sum);
      out.message(6, () => this.counts.forEach((count) => out.fixed64Value(count)));
      out.message(7, () => this.bounds.forEach((bound) => writeBound(out, bound)));
      out.double(11, this.min);
      out.double(12, this.max);
    });
  }
}

function writeBound(out: Writer, bound: number): void {
  out.fixed64Value(0);
  out.view.setFloat64(out.length - 8, bound, true);
}
