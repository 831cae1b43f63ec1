import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { clipper, clipRunning } from "./outliers.ts";

test("one wild value is brought to the edge of what is plausible, the others stay", () => {
  const calm = [1000, 1100, 900, 1050, 950, 1020];
  const clipped = clipRunning([...calm, 18_000, ...calm]);
  expect(clipped.slice(0, 6)).toEqual(calm);
  expect(clipped[6]).toBeLessThan(2100);
});

test("a flush that carries numbers too counts in full", () => {
  const values = Array.from({ length: 40 }, (_, i) => (i % 8 === 7 ? 1900 : 1000 + (i % 3)));
  expect(clipRunning(values)).toEqual(values);
});

test("a lasting change is followed", () => {
  const values = [
    ...Array.from({ length: 10 }, (_, i) => 1000 + i),
    ...Array.from({ length: 60 }, (_, i) => 3000 + i),
  ];
  expect(clipRunning(values).at(-1)).toBeGreaterThan(3000);
});

test("nothing is said about fewer than five", () => {
  expect(clipRunning([1, 2, 3, 4])).toEqual([]);
});

test("clipping treats both sides alike", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 }), (values) => {
      const mirrored = values.map((value) => -value);
      const clip = clipper(values);
      const clipMirrored = clipper(mirrored);
      for (const value of values) expect(clipMirrored(-value)).toBeCloseTo(-clip(value), 9);
    }),
  );
});
