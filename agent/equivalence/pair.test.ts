import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { pair } from "./pair.ts";

const distance = (a: number, b: number): number => 100 - Math.abs(a - b);

test("the most similar find each other first, the rest is left over", () => {
  expect(pair([1, 50], [49, 2, 80], distance)).toEqual({
    both: [
      [1, 2],
      [50, 49],
    ],
    onlyLeft: [],
    onlyRight: [80],
  });
});

test("what can never be the same stays alone", () => {
  expect(pair([1], [2], () => -1)).toEqual({ both: [], onlyLeft: [1], onlyRight: [2] });
});

test("nothing is lost and nothing is paired twice", () => {
  const numbers = fc.array(fc.integer({ min: 0, max: 20 }));
  fc.assert(
    fc.property(numbers, numbers, (left, right) => {
      const { both, onlyLeft, onlyRight } = pair(left, right, distance);
      const sorted = (all: number[]): number[] => all.toSorted((a, b) => a - b);
      expect(sorted([...both.map(([a]) => a), ...onlyLeft])).toEqual(sorted(left));
      expect(sorted([...both.map(([, b]) => b), ...onlyRight])).toEqual(sorted(right));
    }),
  );
});
