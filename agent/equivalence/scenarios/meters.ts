/** The API's instruments. Sums, counts and buckets are compared exactly: nothing here depends on time. */
import { metrics, ValueType } from "@opentelemetry/api";
import { play, type Scenario } from "../stage.ts";

const meter = metrics.getMeter("app", "1.2.3");

const counters: Scenario = async () => {
  const plain = meter.createCounter("plain");
  plain.add(1);
  plain.add(2.5);
  plain.add(-1);
  const described = meter.createCounter("described", {
    unit: "{item}",
    description: "Items.",
    valueType: ValueType.INT,
  });
  described.add(1, { kind: "a" });
  described.add(2, { kind: "b" });
  described.add(3, { kind: "a" });
  meter.createUpDownCounter("open").add(5);
  meter.createUpDownCounter("open").add(-2);
};

const attributeSets: Scenario = async () => {
  const counter = meter.createCounter("sets");
  counter.add(1, { a: "x", b: 1 });
  counter.add(1, { b: 1, a: "x" });
  counter.add(1, { a: "x" });
  counter.add(1, {});
  counter.add(1, { a: "1" });
  counter.add(1, { a: 1 });
  counter.add(1, { a: true, list: ["p", "q"] });
};

const histograms: Scenario = async () => {
  const sizes = meter.createHistogram("sizes", { unit: "By" });
  for (const value of [0, 1, 5, 5.5, 10, 99, 1000, 20_000]) sizes.record(value);
  const own = meter.createHistogram("own.bounds", {
    advice: { explicitBucketBoundaries: [1, 2, 4] },
  });
  for (const value of [0.5, 1, 1.5, 4, 9]) own.record(value, { kind: "k" });
  own.record(-3);
};

const gauges: Scenario = async () => {
  const gauge = meter.createGauge("level", { unit: "1" });
  for (const value of [3, 9, 4]) gauge.record(value, { at: "door" });
  gauge.record(-7);
};

const observables: Scenario = async () => {
  let asked = 10;
  meter.createObservableGauge("queue").addCallback((result) => result.observe(3, { queue: "a" }));
  meter.createObservableUpDownCounter("pool").addCallback((result) => result.observe(-4));
  const first = meter.createObservableCounter("first");
  const second = meter.createObservableCounter("second");
  meter.addBatchObservableCallback(
    (result) => {
      asked = Math.min(asked + 1, 10);
      result.observe(first, asked);
      result.observe(second, 20, { kind: "b" });
    },
    [first, second],
  );
};

const brokenCallbacks: Scenario = async () => {
  meter.createObservableGauge("broken").addCallback(() => {
    throw new Error("planned");
  });
  meter.createObservableGauge("fine").addCallback((result) => result.observe(1));
};

const oddNumbers: Scenario = async () => {
  const counter = meter.createCounter("odd.counter");
  const histogram = meter.createHistogram("odd.histogram");
  for (const value of [1, Number.NaN, Infinity, "2", null, undefined]) {
    counter.add(value as number);
    histogram.record(value as number);
  }
};

const twice: Scenario = async () => {
  meter.createCounter("twice").add(1);
  metrics.getMeter("app", "1.2.3").createCounter("twice").add(1);
  metrics.getMeter("other").createCounter("twice").add(1);
};

const caseOfNames: Scenario = async () => {
  meter.createCounter("Twice").add(1);
  meter.createCounter("twice").add(1);
};

const names: Scenario = async () => {
  for (const name of ["ok.name_1-x/y", "1starts.with.digit", "has space", "", "x".repeat(300)])
    meter.createCounter(name).add(1);
};

export const scenarios = {
  counters,
  attributeSets,
  histograms,
  gauges,
  observables,
  brokenCallbacks,
  oddNumbers,
  twice,
  caseOfNames,
  names,
};

if (import.meta.main) void play(scenarios);
