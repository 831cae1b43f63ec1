import { expect, jest, test } from "@jest/globals";
import { decodeMetrics, type DecodedMetric } from "../../testing/otlp.ts";
import { now, reanchor } from "../core/clock.ts";
import { Writer } from "../core/protobuf.ts";
import { keyOf } from "./instrument.ts";
import { Meters } from "./registry.ts";

const SCOPE = { name: "tests", version: "1" };

function exported(meters: Meters): Map<string, DecodedMetric> {
  const out = new Writer();
  out.message(1, () => meters.collect().forEach((scope) => out.blob(2, scope)));
  return new Map(decodeMetrics(out.take()).metrics.map((metric) => [metric.name, metric]));
}

test("a counter is a cumulative, monotonic sum", () => {
  const meters = new Meters();
  const counter = meters.instrument(SCOPE, { name: "c", kind: "counter", unit: "1" });
  counter.series({ a: 1 }).record(2);
  counter.series({ a: 1 }).record(3);
  counter.series({ a: 2 }).record(0.5);
  const seen = exported(meters).get("c");
  expect(seen).toMatchObject({
    scope: "tests",
    unit: "1",
    kind: "sum",
    monotonic: true,
    temporality: 2,
  });
  expect(seen?.points.map(({ attributes, value }) => [attributes, value])).toEqual([
    [{ a: 1 }, 5],
    [{ a: 2 }, 0.5],
  ]);
  expect(Number(seen?.points[0]?.start)).toBeLessThan(Number(seen?.points[0]?.at));
});

test("an integer counter is exported as integer, up-down counters are not monotonic, gauges have no temporality", () => {
  const meters = new Meters();
  meters.instrument(SCOPE, { name: "i", kind: "upDown", integer: true }).series({}).record(-7);
  meters.instrument(SCOPE, { name: "g", kind: "gauge" }).series({}).record(1.5);
  const seen = exported(meters);
  expect(seen.get("i")).toMatchObject({ kind: "sum", monotonic: false, points: [{ value: -7 }] });
  expect(seen.get("g")).toMatchObject({ kind: "gauge", points: [{ value: 1.5 }] });
});

test("a histogram counts a value on a bound in the bucket below it", () => {
  const meters = new Meters();
  const series = meters
    .instrument(SCOPE, { name: "h", kind: "histogram", unit: "s", bounds: [1, 2] })
    .series({ r: "x" });
  for (const value of [0, 1, 1.5, 2, 3, 100]) series.record(value);
  expect(exported(meters).get("h")).toMatchObject({
    kind: "histogram",
    temporality: 2,
    points: [{ count: 6, sum: 107.5, buckets: [2, 2, 2], bounds: [1, 2], attributes: { r: "x" } }],
  });
});

test("numbers are kept from one export to the next", () => {
  const meters = new Meters();
  const counter = meters.instrument(SCOPE, { name: "c", kind: "counter" });
  counter.series({}).record(1);
  exported(meters);
  counter.series({}).record(1);
  expect(exported(meters).get("c")?.points[0]?.value).toBe(2);
});

test("the wall clock may jump: the numbers began when they began", () => {
  const meters = new Meters();
  meters.instrument(SCOPE, { name: "c", kind: "counter" }).series({}).record(1);
  const before = exported(meters).get("c")?.points[0];
  reanchor(Date.now() + 3_600_000, now());
  const after = exported(meters).get("c")?.points[0];
  reanchor(Date.now(), now());
  expect(after?.start).toBe(before?.start);
  expect(Number(after?.at) - Number(before?.at)).toBeGreaterThan(3.5e12);
});

test("the same instrument created twice is one", () => {
  const meters = new Meters();
  const about = { name: "c", kind: "counter" as const };
  expect(meters.instrument(SCOPE, about)).toBe(meters.instrument(SCOPE, { ...about, name: "C" }));
  expect(meters.instrument({ ...SCOPE, name: "other" }, about)).not.toBe(
    meters.instrument(SCOPE, about),
  );
});

test("an id used as attribute cannot eat the memory", () => {
  const meters = new Meters();
  const counter = meters.instrument(SCOPE, { name: "c", kind: "counter" });
  for (let id = 0; id < 5000; id++) counter.series({ id }).record(1);
  const points = exported(meters).get("c")?.points ?? [];
  expect(points.length).toBe(2001);
  expect(points.find(({ attributes }) => attributes["otel.metric.overflow"] === true)?.value).toBe(
    3000,
  );
});

test("endless instruments cannot either", () => {
  const meters = new Meters();
  for (let count = 0; count < 1500; count++)
    meters
      .instrument(SCOPE, { name: `c${count}`, kind: "counter" })
      .series({})
      .record(1);
  expect(exported(meters).size).toBe(1000);
});

test("the order of attributes does not matter, their values do", () => {
  expect(keyOf({ a: 1, b: 2 })).toBe(keyOf({ b: 2, a: 1 }));
  expect(keyOf({ a: 1, b: 2 })).not.toBe(keyOf({ a: 1, b: 3 }));
  expect(keyOf({ a: ["1,2"] })).not.toBe(keyOf({ a: ["1", "2"] }));
  expect(keyOf({ a: { b: 1 } })).not.toBe(keyOf({ a: { b: 2 } }));
  expect(keyOf({ a: "1", b: "2" })).not.toBe(keyOf({ a: "1\u0002b\u00012" }));
});

test("attributes that are not exported do not tell two series apart", () => {
  const meters = new Meters();
  const counter = meters.instrument(SCOPE, { name: "c", kind: "counter" });
  const without = [undefined, 1n, Symbol("s"), () => 1, new Date()];
  counter.series({ tenant: "x" }).record(1);
  for (const coupon of without) counter.series({ tenant: "x", coupon }).record(1);
  expect(exported(meters).get("c")?.points).toMatchObject([
    { attributes: { tenant: "x" }, value: 1 + without.length },
  ]);
});

test("an instrument that cannot be written spoils none before or behind it", () => {
  const meters = new Meters();
  const broken = { name: "broken", kind: "counter" as const, unit: 1 as never };
  for (const about of [
    { name: "a", kind: "counter" as const },
    broken,
    { ...broken, name: "c", unit: "1" },
  ])
    meters.instrument(SCOPE, about).series({}).record(1);
  jest.spyOn(meters.instrument(SCOPE, broken), "write").mockImplementation((out) => {
    out.string(1, "half");
    throw new Error("planned");
  });
  expect([...exported(meters).keys()]).toEqual(["a", "c"]);
});

test("a failing observer spoils nothing else", () => {
  const meters = new Meters();
  meters.instrument(SCOPE, { name: "c", kind: "counter" }).series({}).record(1);
  meters.observe(() => {
    throw new Error("planned");
  });
  expect(exported(meters).get("c")?.points[0]?.value).toBe(1);
});
