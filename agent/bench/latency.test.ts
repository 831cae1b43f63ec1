import { expect, test } from "@jest/globals";
import { percentilesOf, toggledLatency } from "./latency.ts";

test("percentiles are values that occurred", () => {
  const values = Array.from({ length: 200 }, (_, i) => 200 - i);
  expect(percentilesOf(values)).toEqual({ p50: 100, p99: 198 });
  expect(percentilesOf([2.7192])).toEqual({ p50: 2.72, p99: 2.72 });
});

test("of nothing there are none", () => {
  expect(percentilesOf([])).toBeNull();
});

test("items on and off are told apart, and those of the calibration left out", () => {
  const plan = {
    kind: "plan",
    key: "marginal",
    pairsPerBlock: 1,
    maxBlocks: 1,
    aaBlocks: 1,
    warmupItems: 0,
    seed: 1,
  };
  const block = (phase: string, wallOn: number, wallOff: number) => ({
    kind: "block",
    phase,
    block: 0,
    on: [1],
    off: [1],
    flushUs: 0,
    bad: 0,
    badOn: 0,
    ms: 1,
    wallOn: [wallOn],
    wallOff: [wallOff],
  });
  const text = [plan, block("aa", 90, 90), block("ab", 2, 1)]
    .map((line, seq) => `${JSON.stringify({ v: 1, attempt: "a", seq, ...line })}\n`)
    .join("");
  expect(toggledLatency(text)).toEqual({ plain: { p50: 1, p99: 1 }, agent: { p50: 2, p99: 2 } });
});
