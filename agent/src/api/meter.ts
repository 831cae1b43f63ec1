/** The API's meters on the agent's registry. */
import type {
  BatchObservableCallback,
  Meter,
  MeterProvider,
  MetricOptions,
  Observable,
  ObservableCallback,
} from "@opentelemetry/api";
import { nameOf } from "../core/values.ts";
import { silent } from "../core/switch.ts";
import { entered, left } from "../core/timing.ts";
import { Instrument, type Description, type Kind } from "../metrics/instrument.ts";
import { Counted } from "../metrics/journal.ts";
import { meters } from "../metrics/registry.ts";
import type { Scope } from "../core/scopes.ts";
import type { AttributeSet } from "../metrics/series.ts";

const DEFAULT_BOUNDS = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];
const INTEGER = 0;
const NONE: AttributeSet = {};

const usable = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);

const ascending = (bound: unknown, index: number, all: readonly unknown[]): boolean =>
  usable(bound) && (index === 0 || bound > (all[index - 1] as number));

function about(name: string, kind: Kind, asked?: MetricOptions | null): Description {
  const options = asked ?? {};
  const given = options.advice?.explicitBucketBoundaries;
  const bounds = Array.isArray(given) && given.every(ascending) ? [...given] : DEFAULT_BOUNDS;
  return {
    name: nameOf(name).slice(0, 255),
    kind,
    unit: nameOf(options.unit),
    description: nameOf(options.description),
    integer: (options.valueType as number | undefined) === INTEGER,
    ...(kind === "histogram" ? { bounds } : {}),
  };
}

/** Observable instruments are filled anew at each collection, by whoever created them, however often. */
class Observed {
  readonly instrument: Instrument;
  fresh: Instrument;
  readonly callbacks = new Set<ObservableCallback>();

  constructor(instrument: Instrument) {
    this.instrument = instrument;
    this.fresh = new Instrument(instrument.about);
  }

  ask(): void {
    for (const callback of this.callbacks)
      run(() => callback({ observe: (value, attributes) => this.observe(value, attributes) }));
  }

  observe(value: unknown, attributes?: AttributeSet): void {
    if (usable(value)) this.fresh.series(attributes ?? NONE).record(value);
  }

  /** Called when all callbacks of this collection have run; an asynchronous one shows up in the next. */
  settle(): void {
    this.instrument.replace(this.fresh);
    this.fresh = new Instrument(this.instrument.about);
  }
}

function run(callback: () => unknown): void {
  try {
    const result = callback();
    if (typeof (result as Promise<unknown> | undefined)?.then === "function")
      (result as Promise<unknown>).then(undefined, () => undefined);
  } catch {
    // The application's callback failed, as one may whose promise is broken: its values are missing, everybody else's are not.
  }
}

function createMeter(scope: Scope): Meter {
  return { ...synchronous(scope), ...observables(scope) };
}

function synchronous(scope: Scope) {
  return {
    createCounter: (name: string, options?: MetricOptions) =>
      new Adder(scope, about(name, "counter", options)),
    createUpDownCounter: (name: string, options?: MetricOptions) =>
      new Adder(scope, about(name, "upDown", options)),
    createHistogram: (name: string, options?: MetricOptions) =>
      new Recorder(scope, about(name, "histogram", options)),
    createGauge: (name: string, options?: MetricOptions) =>
      new Recorder(scope, about(name, "gauge", options)),
  };
}

/** What falls below it is no number of the instrument: a negative one would let a sum fall, which readers take for a restart. */
const LEAST: Record<Kind, number> = {
  counter: 0,
  histogram: 0,
  upDown: -Infinity,
  gauge: -Infinity,
};

/** Methods, not functions of their own: each would be more memory for a number to touch. */
abstract class Told extends Counted {
  private readonly least: number;

  constructor(scope: Scope, description: Description) {
    super(meters.instrument(scope, description));
    this.least = LEAST[description.kind];
  }

  protected tell(value: number, attributes?: AttributeSet): void {
    if (silent || !usable(value) || value < this.least) return;
    const since = entered();
    this.note(value, attributes);
    left(since);
  }
}

class Adder extends Told {
  add(value: number, attributes?: AttributeSet): void {
    this.tell(value, attributes);
  }
}

class Recorder extends Told {
  record(value: number, attributes?: AttributeSet): void {
    this.tell(value, attributes);
  }
}

function observables(scope: Scope) {
  const observed = new Map<Instrument, Observed>();
  const handles = new WeakMap<Observable, Observed>();
  const batches = new Map<BatchObservableCallback, Observable[]>();

  meters.observe(() => {
    for (const each of observed.values()) each.ask();
    for (const callback of batches.keys())
      run(() =>
        callback({
          observe: (metric, value, attributes) => handles.get(metric)?.observe(value, attributes),
        }),
      );
    for (const each of observed.values()) each.settle();
  });

  const observable = (kind: Kind) => (name: string, options?: MetricOptions) => {
    const description = { ...about(name, kind, options), observed: true };
    const instrument = meters.instrument(scope, description);
    const entry = observed.get(instrument) ?? new Observed(instrument);
    observed.set(instrument, entry);
    const handle: Observable = {
      addCallback: (callback) => void entry.callbacks.add(callback),
      removeCallback: (callback) => void entry.callbacks.delete(callback),
    };
    handles.set(handle, entry);
    return handle;
  };

  return {
    createObservableCounter: observable("counter"),
    createObservableUpDownCounter: observable("upDown"),
    createObservableGauge: observable("gauge"),
    addBatchObservableCallback: (callback: BatchObservableCallback, asked: Observable[]) =>
      void batches.set(callback, asked),
    removeBatchObservableCallback: (callback: BatchObservableCallback) =>
      void batches.delete(callback),
  };
}

const created = new Map<string, Meter>();

export const meterProvider: MeterProvider = {
  getMeter: (name, version) => {
    const scope = { name: nameOf(name), version: nameOf(version) };
    const key = `${scope.name}\u0001${scope.version}`;
    const known = created.get(key);
    if (known !== undefined) return known;
    const meter = createMeter(scope);
    created.set(key, meter);
    return meter;
  },
};
