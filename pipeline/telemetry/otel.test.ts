import { describe, expect, test } from "@jest/globals";
import {
  type Attributes,
  type Meter,
  type MetricOptions,
  type ObservableCallback,
} from "@opentelemetry/api";
import { boundaries } from "./boundaries.ts";
import { createOtelMonitor } from "./otel.ts";

interface Recorded {
  name: string;
  value: number;
  attributes: Attributes;
}

const meter = () => {
  const recorded: Recorded[] = [];
  const options = new Map<string, MetricOptions>();
  const callbacks = new Map<string, ObservableCallback>();
  const record =
    (name: string) =>
    (value: number, attributes: Attributes = {}) =>
      void recorded.push({ name, value, attributes });
  const made = (name: string, given: MetricOptions = {}) => {
    options.set(name, given);
    return {
      add: record(name),
      record: record(name),
      addCallback: (callback: ObservableCallback) => callbacks.set(name, callback),
    };
  };
  const fake = {
    createCounter: made,
    createHistogram: made,
    createObservableGauge: made,
  } as unknown as Meter;
  const observed = (name: string): number[] => {
    const values: number[] = [];
    void callbacks.get(name)?.({ observe: (value: number) => void values.push(value) });
    return values;
  };
  return { monitor: createOtelMonitor(fake), recorded, options, observed };
};

const model = "@preset/nuance-creator";

describe("the new emitter", () => {
  test("tells a failed call as request, latency and error, under the new names", () => {
    const { monitor, recorded } = meter();
    monitor.apiCall({ model, seconds: 2, errorType: "Api", status: 500 });
    expect(recorded).toEqual([
      { name: "api.requests", value: 1, attributes: { model, status: "error" } },
      { name: "api.latency", value: 2, attributes: { model, status: "error" } },
      {
        name: "api.errors",
        value: 1,
        attributes: { model, error_type: "Api", status_code: "500" },
      },
    ]);
  });

  test("gives the model stages instruments of their own and the others common ones", () => {
    const { monitor, recorded } = meter();
    monitor.stageRun({ stage: "stage1", seconds: 1, words: 1 });
    monitor.stageRun({ stage: "ingress", seconds: 1, words: 20 });
    expect(recorded.map(({ name, value }) => [name, value])).toEqual([
      ["flashcard.stage1.processed", 1],
      ["flashcard.stage1.duration", 1],
      ["pipeline.words", 20],
      ["pipeline.duration", 1],
    ]);
  });

  test("cuts its histograms where the legacy ones are cut", () => {
    const { options } = meter();
    expect(options.get("api.latency")?.advice?.explicitBucketBoundaries).toEqual(boundaries.call);
    expect(options.get("database.rows_affected")?.advice?.explicitBucketBoundaries).toEqual(
      boundaries.rows,
    );
  });

  test("reads gauges when they are collected", () => {
    const { monitor, observed } = meter();
    let bytes = 1;
    monitor.gauge("cacheSize", () => [{ value: bytes }]);
    bytes = 2;
    expect(observed("cache.size")).toEqual([2]);
  });

  test("builds attributes per call: what one call was given does not appear in the next", () => {
    const { monitor, recorded } = meter();
    monitor.cacheEviction({ layer: "l1", reason: "evicted" });
    monitor.cacheEviction({ layer: "l2", reason: "corrupt" });
    expect(recorded.map(({ attributes }) => attributes)).toEqual([
      { layer: "l1", reason: "evicted" },
      { layer: "l2", reason: "corrupt" },
    ]);
  });

  test("never throws into the pipeline", () => {
    const broken = {
      createCounter: () => ({
        add: () => {
          throw new Error("bad instrument");
        },
      }),
      createHistogram: () => ({}),
    } as unknown as Meter;
    const monitor = createOtelMonitor(broken);
    expect(() => monitor.cacheStore()).not.toThrow();
    expect(() => monitor.poolAcquire({ seconds: 1, timedOut: false })).not.toThrow();
  });
});
