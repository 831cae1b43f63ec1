/** One instrument: a name, a unit, and a series per set of attributes. */
import { now } from "../core/clock.ts";
import type { Writer } from "../core/protobuf.ts";
import { HistogramSeries, NumberSeries, type AttributeSet, type Series } from "./series.ts";

export type Kind = "counter" | "upDown" | "gauge" | "histogram";

export interface Description {
  name: string;
  kind: Kind;
  unit?: string;
  description?: string;
  integer?: boolean;
  bounds?: readonly number[];
}

/** Beyond this, everything new is counted together, so that an id used as attribute cannot eat the memory. */
const SERIES_LIMIT = 2000;
const OVERFLOW = { "otel.metric.overflow": true };
const CUMULATIVE = 2;
const started = now();

/** Strings carry their length, so that no value can look like the next attribute. */
const unambiguous = (value: unknown): string =>
  typeof value === "string" ? `${value.length}:${value}` : `=${String(value)};`;

const NO_KEY = "";
export function keyOf(attributes: AttributeSet): string {
  const keys = Object.keys(attributes);
  if (keys.length === 0) return NO_KEY;
  if (keys.length > 1) keys.sort();
  let key = "";
  for (const name of keys) key += `${name}\u0001${unambiguous(attributes[name])}`;
  return key;
}

export class Instrument {
  readonly about: Description;
  private series = new Map<string, Series>();

  constructor(about: Description) {
    this.about = about;
  }

  number(attributes: AttributeSet): NumberSeries {
    return this.at(attributes, (set) => new NumberSeries(set, this.about.integer ?? false));
  }

  histogram(attributes: AttributeSet): HistogramSeries {
    return this.at(attributes, (set) => new HistogramSeries(set, this.about.bounds ?? []));
  }

  /** Observed values are the whole truth of their moment: what is no longer observed disappears. */
  replace(observed: Instrument): void {
    this.series = observed.series;
  }

  write(out: Writer): void {
    if (this.series.size === 0) return;
    const { name, description, unit, kind } = this.about;
    const window = { start: started, end: now() };
    out.message(2, () => {
      out.string(1, name);
      if (description) out.string(2, description);
      if (unit) out.string(3, unit);
      out.message(FIELD[kind], () => {
        for (const series of this.series.values()) series.write(out, window);
        if (kind === "gauge") return;
        out.uint(2, CUMULATIVE);
        if (kind === "counter") out.uint(3, 1);
      });
    });
  }

  private at<T extends Series>(attributes: AttributeSet, create: (set: AttributeSet) => T): T {
    const key = keyOf(attributes);
    const known = this.series.get(key);
    if (known !== undefined) return known as T;
    const full = this.series.size >= SERIES_LIMIT;
    if (full && key !== keyOf(OVERFLOW)) return this.at(OVERFLOW, create);
    const made = create({ ...attributes });
    this.series.set(key, made);
    return made;
  }
}

/** Field of Metric's oneof. */
const FIELD: Record<Kind, number> = { gauge: 5, counter: 7, upDown: 7, histogram: 9 };
