import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { roundsFor, speedOf } from "./spin.ts";

test("an item that spins as often as told costs what was aimed at", () => {
  const cost = fc.record({
    baseUs: fc.integer({ min: 50, max: 2000 }),
    usPerRound: fc.double({ min: 1e-4, max: 1e-2, noNaN: true }),
    more: fc.integer({ min: 0, max: 5000 }),
  });
  fc.assert(
    fc.property(cost, ({ baseUs, usPerRound, more }) => {
      const speed = speedOf(baseUs, baseUs + 1e6 * usPerRound, 1e6);
      const rounds = roundsFor(speed, baseUs + more);
      expect(Math.abs(rounds * usPerRound - more)).toBeLessThanOrEqual(usPerRound);
    }),
  );
});

test("an item that costs more by itself does not spin", () => {
  expect(roundsFor({ baseUs: 600, usPerRound: 0.001 }, 500)).toBe(0);
});

test("a spin that could not be told from noise is left out", () => {
  expect(roundsFor(speedOf(600, 590, 1000), 2000)).toBe(0);
});
