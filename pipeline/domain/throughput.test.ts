import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { createThroughput } from "./throughput.ts";

test("says nothing before a batch has ended", () => {
  expect(createThroughput().value()).toBeUndefined();
});

test("is the rate of the only batch", () => {
  const throughput = createThroughput();
  throughput.add({ words: 10, seconds: 4 });
  expect(throughput.value()).toBeCloseTo(2.5);
});

test("lies between the slowest and the fastest batch", () => {
  const batch = fc.record({
    words: fc.integer({ min: 1, max: 1000 }),
    seconds: fc.double({ min: 0.01, max: 100, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(batch, { minLength: 1, maxLength: 30 }), (batches) => {
      const throughput = createThroughput();
      for (const one of batches) throughput.add(one);
      const rates = batches.map(({ words, seconds }) => words / seconds);
      const value = throughput.value() ?? 0;
      expect(value).toBeGreaterThanOrEqual(Math.min(...rates) * 0.999);
      expect(value).toBeLessThanOrEqual(Math.max(...rates) * 1.001);
    }),
  );
});
