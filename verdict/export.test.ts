import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { BlockLine } from "./evidence.ts";
import { withSharedExport } from "./export.ts";
import { mean } from "./numeric.ts";
import { gaussian, mulberry32 } from "./random.ts";
import { number, rehearse } from "./rehearsal.ts";

const PAIRS = 50;

const [rehearsed] = number(rehearse({ pairsPerBlock: PAIRS })).filter(
  (line): line is BlockLine => line.kind === "block",
);
if (!rehearsed) throw new Error("a rehearsal has blocks");

const blockOf = (difference: Partial<BlockLine>): BlockLine => ({ ...rehearsed, ...difference });

const shared = (block: BlockLine, itemsPerExport: number): number =>
  withSharedExport(block, { itemsPerExport, pairsPerBlock: PAIRS }).flushUs;

test("a request's price is shared by all items of an export, the price of an item is its own", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 5000, noNaN: true }),
      fc.double({ min: 0, max: 100, noNaN: true }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 1000 }),
      (request, item, flushes, items) => {
        const flushUs = flushes * request + PAIRS * item;
        const block = blockOf({ flushUs, flushes, oneFlushUs: request + item });
        expect(shared(block, items)).toBeCloseTo(PAIRS * (item + request / items), 5);
      },
    ),
  );
});

test("only sampled items leave, and every item shares the request", () => {
  const sampled = [9, 19, 29, 39, 49];
  const block = blockOf({ sampled, flushes: 1, flushUs: 800 + 5 * 10, oneFlushUs: 810 });
  expect(shared(block, 100)).toBeCloseTo(5 * 10 + 800 / 2, 9);
});

test.each([
  ["a record that knows nothing of single flushes", {}],
  ["flushes of one item each", { flushes: 1, oneFlushUs: 500, sampled: [3] }],
])("%s is taken as it is", (_what, difference) => {
  const block = blockOf({ flushUs: 500, ...difference });
  expect(withSharedExport(block, { itemsPerExport: 250, pairsPerBlock: PAIRS })).toEqual(block);
});

test("noisy flushes leave the share unbiased, and each block's own", () => {
  const normal = gaussian(mulberry32(5));
  const found = Array.from({ length: 4000 }, () =>
    shared(
      blockOf({
        flushes: 1,
        flushUs: 800 + 50 * 10 + 200 * normal(),
        oneFlushUs: 810 + 200 * normal(),
      }),
      250,
    ),
  );
  expect(Math.abs(mean(found) - (50 * 10 + 800 / 5))).toBeLessThan(15);
});
