import { expect, test } from "@jest/globals";
import { mulberry32 } from "../../verdict/random.ts";
import { firstOf } from "../../verdict/whole.ts";
import { judgePairs } from "./paired.ts";
import { controlled } from "./result.ts";

const ITEMS = 100;

/** Evidence of fresh pairs whose plain process needs 1000 us per item, give or take 2 %. */
const evidence = (pairs: number, { extra = 0, epoch = {} }: { extra?: number; epoch?: object }) => {
  const random = mulberry32(3);
  const cost = (more: number): number => ITEMS * (980 + more + Math.round(40 * random()));
  const plan = {
    kind: "plan",
    key: "whole",
    marginPercent: 1,
    alpha: 0.05,
    itemsPerEpoch: ITEMS,
    warmupItems: 0,
    maxPairs: 20,
    seed: 1,
  };
  const epochs = Array.from({ length: pairs }, (_, pair) => ({
    kind: "epoch",
    pair,
    first: firstOf(1, pair),
    before: [0, 0],
    items: ITEMS,
    cpuUs: [cost(0), cost(extra)],
    bad: [0, 0],
    onItems: ITEMS,
    spans: 7 * ITEMS,
    traces: ITEMS,
    metricPoints: 0,
    ms: 1,
    ...epoch,
  }));
  return [plan, ...epochs]
    .map((line, seq) => `${JSON.stringify({ v: 1, attempt: "a", seq, ...line })}\n`)
    .join("");
};

test("an agent that costs 40 % fails after a few pairs, with its interval", () => {
  const judged = judgePairs(evidence(12, { extra: 400 }), "every");
  expect(judged).toMatchObject({ verdict: "Failed", pairs: 12, spansPerItem: 7 });
  expect(judged.estimatePercent).toBeCloseTo(40, -1);
  expect(judged.lowerPercent).toBeLessThan(judged.estimatePercent ?? NaN);
  expect(judged.upperPercent).toBeGreaterThan(judged.estimatePercent ?? NaN);
  expect(judged.usPerItem).toBeCloseTo(400, -2);
});

test("counts are those of all pairs together", () => {
  expect(judgePairs(evidence(4, {}), "every")).toMatchObject({
    spansReceived: 28 * ITEMS,
    onItems: 4 * ITEMS,
    traces: 4 * ITEMS,
    exportUsPerItem: null,
  });
});

test("equal processes are not told apart, and need no telemetry", () => {
  const nothing = { onItems: 0, spans: 0, traces: 0 };
  const judged = judgePairs(evidence(20, { epoch: nothing }), "every");
  expect(controlled(judged)).toBe(true);
  expect(judged.lowerPercent).toBeLessThan(0);
  expect(judged.upperPercent).toBeGreaterThan(0);
});

test("an agent whose spans do not arrive is an error, whatever it costs", () => {
  const { verdict, reason } = judgePairs(evidence(4, { epoch: { traces: 99 } }), "every");
  expect([verdict, reason]).toEqual(["Error", "NoSpans"]);
});
