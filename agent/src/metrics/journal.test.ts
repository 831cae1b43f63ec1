import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { decodeMetrics, type DecodedMetric } from "../../testing/otlp.ts";
import { Writer } from "../core/protobuf.ts";
import { settle } from "../core/settle.ts";
import { keyOf } from "./instrument.ts";
import { Counted } from "./journal.ts";
import { Meters } from "./registry.ts";

const SCOPE = { name: "tests", version: "1" };
type Noted = "counter" | "gauge" | "histogram";
const counted = (meters: Meters, kind: Noted = "counter"): Counted =>
  new Counted(meters.instrument(SCOPE, { name: "c", kind }));

function points(meters: Meters): DecodedMetric["points"] {
  const out = new Writer();
  out.message(1, () => meters.collect().forEach((scope) => out.blob(2, scope)));
  return decodeMetrics(out.take()).metrics.find(({ name }) => name === "c")?.points ?? [];
}

const name = fc.constantFrom("a", "b", "c");
const value = fc.oneof(fc.constantFrom("x", "y", ""), fc.integer({ min: 0, max: 3 }), fc.boolean());
const sets = fc.array(fc.dictionary(name, value), { minLength: 1, maxLength: 1500 });

test("however many are written down, each set of attributes adds up as if it had been counted at once", () => {
  fc.assert(
    fc.property(sets, (all) => {
      const meters = new Meters();
      const expected = new Map<string, number>();
      all.forEach((attributes, amount) => {
        counted(meters).note(amount, attributes);
        // Sets that were added up before are found in another way.
        if (amount % 7 === 0) settle();
        const key = keyOf(attributes);
        expected.set(key, (expected.get(key) ?? 0) + amount);
      });
      const found = points(meters).map((point) => [keyOf(point.attributes), point.value] as const);
      expect(new Map(found)).toEqual(expected);
      expect(found).toHaveLength(expected.size);
    }),
    { numRuns: 100 },
  );
});

test("attributes that are no object are none", () => {
  const meters = new Meters();
  for (const odd of ["text", 7, Symbol("s"), null]) counted(meters).note(1, odd as never);
  expect(points(meters)).toMatchObject([{ attributes: {}, value: 4 }]);
});

test("a caller may change and reuse its attributes", () => {
  const meters = new Meters();
  const attributes: Record<string, unknown> = { status: "open", list: ["a"] };
  counted(meters).note(1, attributes);
  attributes["status"] = "closed";
  (attributes["list"] as string[]).push("b");
  counted(meters).note(2, attributes);
  const found = points(meters).map((point) => [point.attributes, point.value]);
  expect(found).toEqual([
    [{ status: "open", list: ["a"] }, 1],
    [{ status: "closed", list: ["a", "b"] }, 2],
  ]);
});

test("the last value of a gauge is the last one told, also across a list", () => {
  const meters = new Meters();
  const gauge = counted(meters, "gauge");
  gauge.note(1, { of: "x" });
  gauge.note(5, { of: ["x"] });
  gauge.note(2, { of: "x" });
  expect(points(meters).map((point) => point.value)).toEqual([2, 5]);
});

test("a gauge keeps the order of its values, in whatever order its attributes stand", () => {
  const meters = new Meters();
  const gauge = counted(meters, "gauge");
  gauge.note(1, { a: "x", b: "y" });
  expect(points(meters).map((point) => point.value)).toEqual([1]);
  gauge.note(2, { b: "y", a: "x" });
  gauge.note(3, { a: "x", b: "y" });
  expect(points(meters).map((point) => point.value)).toEqual([3]);
});

test("a number whose attributes cannot be read is left out, and the next one is right", () => {
  const meters = new Meters();
  const broken = Object.defineProperty({ a: "x" }, "b", {
    enumerable: true,
    get: () => {
      throw new Error("no");
    },
  });
  counted(meters).note(1, broken);
  counted(meters).note(2, { a: "y" });
  expect(points(meters).map((point) => [point.attributes, point.value])).toEqual([[{ a: "y" }, 2]]);
});

test("more attributes than the journal has room for are counted all the same", () => {
  const meters = new Meters();
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k${i}`, i]));
  counted(meters).note(3, many);
  expect(points(meters).map((point) => [keyOf(point.attributes), point.value])).toEqual([
    [keyOf(many), 3],
  ]);
});

test("a value that is no attribute is left out, and its number is counted with those without", () => {
  const meters = new Meters();
  const sly = (): void => undefined;
  sly.toString = () => {
    throw new Error("no");
  };
  for (const b of [sly, undefined, 1n, Symbol("s")]) counted(meters).note(1, { a: "x", b });
  counted(meters).note(2, { a: "x" });
  expect(points(meters).map((point) => [point.attributes, point.value])).toEqual([[{ a: "x" }, 6]]);
});
