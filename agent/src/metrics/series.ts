/** The numbers of one instrument under one set of attributes. Cumulative, as Prometheus wants them. */
import { encodeAttributes, type Writer } from "../core/protobuf.ts";
import { keep } from "../core/values.ts";
import { Exemplars, type Seen } from "./exemplars.ts";

export type AttributeSet = Record<string, unknown>;

const NUMBER_ATTRIBUTE = 7;
const HISTOGRAM_ATTRIBUTE = 9;

export interface Window {
  /** The first moment the numbers count, as it stands on the wire. */
  start: Uint8Array;
  /** Agent time. */
  end: number;
}

export interface Series {
  /** `weight`: how many equal ones it stands for. `seen`: in which trace, where that is to be told. */
  record: (value: number, weight?: number, seen?: Seen | null) => void;
  write: (out: Writer, window: Window) => void;
}

function encoded(field: number, attributes: AttributeSet): Uint8Array {
  const kept = Object.entries(attributes).map(([key, value]) => [key, keep(value)] as const);
  return encodeAttributes(field, Object.fromEntries(kept));
}

function writeWindow(out: Writer, { start, end }: Window): void {
  out.fixed64(2, 0);
  out.bytes.set(start, out.length - start.length);
  out.time(3, end);
}

abstract class NumberSeries implements Series {
  protected value = 0;
  private readonly attributes: Uint8Array;
  private readonly integer: boolean;

  constructor(attributes: AttributeSet, integer: boolean) {
    this.attributes = encoded(NUMBER_ATTRIBUTE, attributes);
    this.integer = integer;
  }

  abstract record(value: number): void;

  write(out: Writer, window: Window): void {
    out.message(1, () => {
      out.raw(this.attributes);
      writeWindow(out, window);
      if (this.integer && Number.isSafeInteger(this.value)) writeInteger(out, this.value);
      else out.double(4, this.value);
    });
  }
}

/** Of a counter, monotonic or not. */
export class Sum extends NumberSeries {
  record(value: number): void {
    this.value += value;
  }
}

/** Of a gauge, and of whatever is observed as a total. */
export class LastValue extends NumberSeries {
  record(value: number): void {
    this.value = value;
  }
}

function writeInteger(out: Writer, value: number): void {
  out.fixed64(6, 0);
  out.view.setBigInt64(out.length - 8, BigInt(value), true);
}

const COUNT = 0;
const SUM = 1;
const MIN = 2;
const MAX = 3;
const BUCKETS = 4;

export class HistogramSeries implements Series {
  private readonly attributes: Uint8Array;
  private readonly bounds: readonly number[];
  /** One flat array: a field that holds a double would be a new heap number at every record. */
  private readonly state: Float64Array;
  private exemplars: Exemplars | null = null;

  constructor(attributes: AttributeSet, bounds: readonly number[]) {
    this.attributes = encoded(HISTOGRAM_ATTRIBUTE, attributes);
    this.bounds = bounds;
    this.state = new Float64Array(BUCKETS + bounds.length + 1);
    this.state[MIN] = Infinity;
    this.state[MAX] = -Infinity;
  }

  record(value: number, weight = 1, seen: Seen | null = null): void {
    const { bounds, state } = this;
    let bucket = 0;
    // Linear: a dozen bounds, and most values fall into the first few. Bounds are inclusive above.
    while (bucket < bounds.length && value > (bounds[bucket] as number)) bucket++;
    state[BUCKETS + bucket] = (state[BUCKETS + bucket] as number) + weight;
    state[COUNT] = (state[COUNT] as number) + weight;
    state[SUM] = (state[SUM] as number) + weight * value;
    if (value < (state[MIN] as number)) state[MIN] = value;
    if (value > (state[MAX] as number)) state[MAX] = value;
    if (seen !== null)
      (this.exemplars ??= new Exemplars(bounds.length + 1)).keep(bucket, value, seen);
  }

  write(out: Writer, window: Window): void {
    const { state } = this;
    const count = state[COUNT] as number;
    if (count === 0) return;
    out.message(1, () => {
      out.raw(this.attributes);
      writeWindow(out, window);
      out.fixed64(4, count);
      out.double(5, state[SUM] as number);
      out.message(6, () => state.subarray(BUCKETS).forEach((inside) => out.fixed64Value(inside)));
      out.message(7, () => this.bounds.forEach((bound) => writeBound(out, bound)));
      this.exemplars?.write(out);
      out.double(11, state[MIN] as number);
      out.double(12, state[MAX] as number);
    });
  }
}

function writeBound(out: Writer, bound: number): void {
  out.fixed64Value(0);
  out.view.setFloat64(out.length - 8, bound, true);
}
