/** One instrument: a name, a unit, and a series per set of attributes. */
import { nanosOf, now } from "../core/clock.ts";
import type { Writer } from "../core/protobuf.ts";
import { keep, stringify, type Value } from "../core/values.ts";
import { HistogramSeries, LastValue, Sum, type AttributeSet, type Series } from "./series.ts";

export type Kind = "counter" | "upDown" | "gauge" | "histogram";

export interface Description {
  name: string;
  kind: Kind;
  unit?: string;
  description?: string;
  integer?: boolean;
  /** Told as a total, not as what is added to it. */
  observed?: boolean;
  bounds?: readonly number[];
}

/** Beyond this, everything new is counted together, so that an id used as attribute cannot eat the memory. */
const SERIES_LIMIT = 2000;
const OVERFLOW = { "otel.metric.overflow": true };
const CUMULATIVE = 2;
/** Fixed for good: a start that followed the wall clock would look as if the numbers began anew. */
const started = nanosOf(now());

/** Strings carry their length, so that no value can look like the next attribute. */
const unambiguous = (value: Value): string =>
  typeof value === "string" ? `${value.length}:${value}` : `=${textOf(value)};`;

/** Not by conversion: it would run what stands in an object, and take two lists for one. */
const textOf = (value: Value): string =>
  typeof value === "object" ? stringify(value) : String(value);

const NO_KEY = "";
export function keyOf(attributes: AttributeSet): string {
  const keys = Object.keys(attributes);
  if (keys.length === 0) return NO_KEY;
  if (keys.length > 1) keys.sort();
  let key = "";
  for (const name of keys) {
    const value = keep(attributes[name]);
    // What is not exported makes no difference.
    if (value !== undefined) key += `${name}\u0001${unambiguous(value)}`;
  }
  return key;
}

/** One level per attribute, in the order in which the application writes them. */
class Branch {
  readonly names = new Map<unknown, Map<unknown, Branch>>();
  series: Series | undefined = undefined;
}

/**
 * Finds a series again without building its key: an instrument is asked for the same few sets for ever, and joining strings only
 * to look them up cost more than counting. Sets are flat: name, value, name, value, ...
 */
class Shortcut {
  private readonly root = new Branch();
  private planted = 0;

  find(words: readonly unknown[], start: number, end: number): Series | undefined {
    let at: Branch | undefined = this.root;
    for (let word = start; word < end && at !== undefined; word += 2)
      at = at.names.get(words[word])?.get(words[word + 1]);
    return at?.series;
  }

  /** Sets that never come back must not pile up here. */
  plant(words: readonly unknown[], series: Series): void {
    if (this.planted >= SERIES_LIMIT) return;
    this.planted++;
    let at = this.root;
    for (let word = 0; word < words.length; word += 2)
      at = grown(grown(at.names, words[word], newMap), words[word + 1], newBranch);
    at.series = series;
  }
}

const newMap = (): Map<unknown, Branch> => new Map();
const newBranch = (): Branch => new Branch();

function grown<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function unfolded(words: readonly unknown[]): AttributeSet {
  const attributes: AttributeSet = {};
  for (let word = 0; word < words.length; word += 2)
    attributes[words[word] as string] = words[word + 1];
  return attributes;
}

export class Instrument {
  readonly about: Description;
  private members = new Map<string, Series>();
  private readonly shortcut = new Shortcut();
  constructor(about: Description) {
    this.about = about;
  }

  series(attributes: AttributeSet): Series {
    const key = keyOf(attributes);
    const known = this.members.get(key);
    if (known !== undefined) return known;
    const full = this.members.size >= SERIES_LIMIT;
    if (full && key !== keyOf(OVERFLOW)) return this.series(OVERFLOW);
    const made = this.create({ ...attributes });
    this.members.set(key, made);
    return made;
  }

  /** The series of a flat set: `words` from `start` to `end`. */
  known(words: readonly unknown[], start: number, end: number): Series {
    const near = this.shortcut.find(words, start, end);
    if (near !== undefined) return near;
    const set = words.slice(start, end);
    const series = this.series(unfolded(set));
    this.shortcut.plant(set, series);
    return series;
  }

  /** Observed values are the whole truth of their moment: what is no longer observed disappears. */
  replace(observed: Instrument): void {
    this.members = observed.members;
  }

  write(out: Writer): void {
    if (this.members.size === 0) return;
    const { name, description, unit, kind } = this.about;
    const window = { start: started, end: now() };
    out.message(2, () => {
      out.string(1, name);
      if (description) out.string(2, description);
      if (unit) out.string(3, unit);
      out.message(FIELD[kind], () => {
        for (const series of this.members.values()) series.write(out, window);
        if (kind === "gauge") return;
        out.uint(2, CUMULATIVE);
        if (kind === "counter") out.uint(3, 1);
      });
    });
  }

  private create(attributes: AttributeSet): Series {
    const { kind, bounds = [], integer = false, observed = false } = this.about;
    if (kind === "histogram") return new HistogramSeries(attributes, bounds);
    return kind === "gauge" || observed
      ? new LastValue(attributes, integer)
      : new Sum(attributes, integer);
  }
}

/** Field of Metric's oneof. */
const FIELD: Record<Kind, number> = { gauge: 5, counter: 7, upDown: 7, histogram: 9 };
