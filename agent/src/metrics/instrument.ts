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

/** One level per attribute, in the order in which the application writes them. */
class Branch {
  readonly names = new Map<string, Map<unknown, Branch>>();
  series: Series | undefined = undefined;
}

/**
 * Finds a series again without building its key: a counter in a request's path is asked for the same few sets for ever, and joining
 * strings only to look them up cost more than counting.
 */
class Shortcut {
  private readonly root = new Branch();
  private planted = 0;

  find(attributes: AttributeSet): Series | undefined {
    let at: Branch | undefined = this.root;
    for (const name in attributes) {
      at = at.names.get(name)?.get(attributes[name]);
      if (at === undefined) return undefined;
    }
    return at.series;
  }

  /** Sets that never come back must not pile up here either. */
  plant(attributes: AttributeSet, series: Series): void {
    if (this.planted >= SERIES_LIMIT || Object.values(attributes).some(isChangeable)) return;
    this.planted++;
    let at = this.root;
    for (const name in attributes)
      at = grown(grown(at.names, name, newMap), attributes[name], newBranch);
    at.series = series;
  }
}

/** A list may have other content the next time and still be the same list. */
const isChangeable = (value: unknown): boolean => typeof value === "object";

const newMap = (): Map<unknown, Branch> => new Map();
const newBranch = (): Branch => new Branch();

function grown<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

export class Instrument {
  readonly about: Description;
  private series = new Map<string, Series>();
  private readonly shortcut = new Shortcut();

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
    const near = this.shortcut.find(attributes);
    if (near !== undefined) return near as T;
    const key = keyOf(attributes);
    const known = this.series.get(key);
    if (known !== undefined) {
      this.shortcut.plant(attributes, known);
      return known as T;
    }
    const full = this.series.size >= SERIES_LIMIT;
    if (full && key !== keyOf(OVERFLOW)) return this.at(OVERFLOW, create);
    const made = create({ ...attributes });
    this.series.set(key, made);
    return made;
  }
}

/** Field of Metric's oneof. */
const FIELD: Record<Kind, number> = { gauge: 5, counter: 7, upDown: 7, histogram: 9 };
