import { expect, test } from "@jest/globals";
import { growth } from "./slope.ts";

const points = (y: (x: number) => number) => Array.from({ length: 20 }, (_, x) => ({ x, y: y(x) }));

test("a line grows by what it grows, without doubt", () => {
  const { estimate, lower, upper } = growth(points((x) => 3 * x + 100));
  expect(estimate).toBeCloseTo(57);
  expect(lower).toBeCloseTo(57);
  expect(upper).toBeCloseTo(57);
});

test("what only shakes may be flat", () => {
  const { lower, upper } = growth(points((x) => (x % 2 === 0 ? 10 : -10)));
  expect(lower).toBeLessThan(0);
  expect(upper).toBeGreaterThan(0);
});

test("what shakes and grows grows", () => {
  expect(growth(points((x) => x + (x % 2 === 0 ? 1 : -1))).lower).toBeGreaterThan(10);
});

test("two points have no interval", () => {
  expect(() =>
    growth([
      { x: 0, y: 0 },
      { x: 1, y: 1 },
    ]),
  ).toThrow("three points");
});
