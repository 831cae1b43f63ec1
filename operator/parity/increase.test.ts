import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { increase } from "./increase.ts";

const points = (...pairs: [at: number, value: number][]) =>
  pairs.map(([at, value]) => ({ at, value }));
const window = { start: 100, end: 160 };

/** Samples of a counter every `every` seconds, from events at known moments. */
const sampled = (events: number[], every: number, phase: number) => {
  const ticks = Array.from({ length: Math.ceil(200 / every) }, (_, index) => phase + index * every);
  return ticks.map((at) => ({ at, value: 1000 + events.filter((event) => event <= at).length }));
};

describe("what a counter grew by", () => {
  test("is read on a straight line between the samples around the edges", () => {
    const found = increase(points([95, 10], [105, 20], [155, 70], [165, 80]), window);
    expect(found?.value).toBe(60);
  });

  test("counts what came before a reset", () => {
    const found = increase(points([100, 10], [120, 30], [130, 5], [160, 25]), window);
    expect(found?.value).toBe(45);
  });

  test("counts the first value of a series that was born in the window", () => {
    const found = increase(points([130, 1], [140, 1], [150, 1], [160, 1]), window);
    expect(found).toMatchObject({ value: 1, slack: 0, most: 0 });
  });

  test("is nothing when the series ended before the window", () => {
    expect(increase(points([80, 1], [90, 5]), window)).toBeUndefined();
    expect(increase([], window)).toBeUndefined();
  });

  test("is exact where nothing happened at the edges", () => {
    const found = increase(points([90, 7], [110, 7], [130, 9], [155, 9], [165, 9]), window);
    expect(found).toMatchObject({ value: 2, slack: 0, most: 0 });
  });

  test("says how far it may be off when much happened at an edge and little elsewhere", () => {
    const found = increase(points([95, 0], [105, 40], [115, 40], [155, 40], [165, 40]), window);
    expect(found?.value).toBe(20);
    expect(found?.slack).toBeGreaterThan(5);
    expect(found?.most).toBe(20);
  });

  test("is told for moments of the window too", () => {
    const { curve = [] } = increase(points([100, 10], [130, 10], [160, 70]), window) ?? {};
    expect(curve).toHaveLength(24);
    expect(curve.slice(0, 12)).toEqual(Array.from({ length: 12 }, () => 0));
    expect(curve.at(-1)).toBeCloseTo(57.5);
  });

  test("may be off by a bunch even when bunches come so regularly that all steps are the same", () => {
    const bunches = Array.from({ length: 80 }, (_, index) => index * 2.5 + 1.2).flatMap((at) => [
      at,
      at,
      at,
    ]);
    const truth = bunches.filter((at) => at > window.start && at <= window.end).length;
    const found = increase(sampled(bunches, 10, 3), window);
    expect(Math.abs((found?.value ?? 0) - truth)).toBeLessThanOrEqual(found?.slack ?? 0);
    expect(found?.slack).toBeLessThan(truth / 10);
  });

  test("agrees with what really happened, within its slack, whoever samples it", () => {
    const gaps = fc.array(fc.double({ min: 0.05, max: 2, noNaN: true }), {
      minLength: 200,
      maxLength: 400,
    });
    const law = fc.property(gaps, fc.double({ min: 0, max: 10, noNaN: true }), (waits, phase) => {
      let now = 40;
      const events = waits.map((wait) => (now += wait));
      const truth = events.filter((at) => at > window.start && at <= window.end).length;
      for (const every of [5, 10]) {
        const found = increase(sampled(events, every, phase), window);
        const off = Math.abs((found?.value ?? 0) - truth);
        if (off > (found?.slack ?? 0) + 1.5) return false;
      }
      return true;
    });
    fc.assert(law, { numRuns: 200 });
  });
});
