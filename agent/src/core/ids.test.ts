import { expect, jest, test } from "@jest/globals";
import { drawn, FLAGS, identity, newTrace, random32, SAMPLED } from "./ids.ts";
import { beginTrace, records, sample } from "./sampling.ts";

test("random words do not repeat and use all their bits", () => {
  const words = Array.from({ length: 100_000 }, random32);
  const distinct = new Set(words).size;
  // Birthday bound: about 1.2 collisions are expected among 100,000 of 2^32.
  expect(distinct).toBeGreaterThan(99_980);
  for (let bit = 0; bit < 32; bit++) {
    const ones = words.filter((word) => (word >>> bit) & 1).length;
    expect(Math.abs(ones - 50_000)).toBeLessThan(1000);
  }
});

test("every process draws words of its own", async () => {
  const first = new Set<number>();
  for (let process = 0; process < 5; process++) {
    jest.resetModules();
    first.add((await import("./ids.ts")).random32());
  }
  expect(first.size).toBe(5);
});

test("whoever looks sees whether an id was drawn in between", () => {
  const before = drawn();
  expect(drawn()).toBe(before);
  random32();
  expect(drawn()).not.toBe(before);
});

test("a new trace has an id of its own and no parent", () => {
  const [ids, other] = [identity().fill(7), identity().fill(7)];
  newTrace(ids);
  newTrace(other);
  expect([...ids.subarray(4)]).toEqual([0, 0, 0]);
  for (let word = 0; word < 4; word++) expect(new Set([7, ids[word], other[word]]).size).toBe(3);
});

test.each([
  [0, 0, 0],
  [0.25, 2200, 2800],
  [1, 10_000, 10_000],
])("a ratio of %d records its share of new traces", (ratio, least, most) => {
  sample(ratio, true);
  const ids = identity();
  let sampled = 0;
  for (let count = 0; count < 10_000; count++) {
    beginTrace(ids);
    sampled += (ids[FLAGS] as number) & SAMPLED;
  }
  sample(1, true);
  expect(sampled).toBeGreaterThanOrEqual(least);
  expect(sampled).toBeLessThanOrEqual(most);
});

test("without spans of its own nothing is recorded, whatever the caller says", () => {
  sample(1, false);
  expect(records({ flags: SAMPLED })).toBe(false);
  sample(1, true);
  expect(records({ flags: SAMPLED })).toBe(true);
  expect(records({ flags: 0 })).toBe(false);
});
