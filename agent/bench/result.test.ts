import { describe, expect, test } from "@jest/globals";
import { mulberry32 } from "../../verdict/random.ts";
import { controlled, idleOf, judge, progressOf } from "./result.ts";

interface Nature {
  /** Microseconds of the agent, beyond the 1000 of any item; and of a flush. */
  extra?: number;
  flushUs?: number;
  bad?: number;
  control?: object;
}

const PAIRS = 20;
const AA = 10;
const AB = 60;

/** Evidence of a service whose items cost 1000 us, give or take 5 %. */
const evidence = ({ extra = 0, flushUs = 0, bad = 0, control = {} }: Nature = {}): string => {
  const random = mulberry32(7);
  const items = (more: number): number[] =>
    Array.from({ length: PAIRS }, () => 950 + more + Math.round(100 * random()));
  const block = (phase: "aa" | "ab") => (_: unknown, block_: number) => ({
    kind: "block",
    phase,
    block: block_,
    on: items(phase === "ab" ? extra : 0),
    off: items(0),
    flushUs: phase === "ab" ? flushUs : 0,
    bad: phase === "ab" ? bad : 0,
    ms: 1,
  });
  const onItems = PAIRS * AB;
  const counts = { onItems, spans: 3 * onItems, traces: onItems, offTraces: 0 };
  const lines = [
    {
      kind: "plan",
      key: "marginal",
      pairsPerBlock: PAIRS,
      maxBlocks: AB,
      aaBlocks: AA,
      warmupItems: 0,
      seed: 1,
    },
    ...Array.from({ length: AA }, block("aa")),
    ...Array.from({ length: AB }, block("ab")),
    { kind: "control", ...counts, forwardedTrace: null, ...control },
    { kind: "end", reason: "Completed" },
  ];
  return lines
    .map((line, seq) => `${JSON.stringify({ v: 1, attempt: "a", seq, ...line })}\n`)
    .join("");
};

describe("the numbers of a variant", () => {
  test("an agent that costs 5 % fails at 1 %, with its microseconds", () => {
    const { judged } = judge(evidence({ extra: 40, flushUs: 200 }), "every");
    expect(judged).toMatchObject({ verdict: "Failed", reason: "BudgetExceeded", pairs: AB });
    expect(judged.estimatePercent).toBeCloseTo(5, 0);
    expect(judged.usPerItem).toBeCloseTo(50, -1);
    expect(judged.exportUsPerItem).toBe(10);
    expect(judged.appUsPerItem).toBeCloseTo(1000, -1);
    expect(judged.spansPerItem).toBe(3);
  });

  test("one that costs nothing passes, and everything it sent is counted", () => {
    const { judged } = judge(evidence(), "every");
    expect(judged).toMatchObject({
      verdict: "Passed",
      spansReceived: 3 * PAIRS * AB,
      onItems: PAIRS * AB,
      traces: PAIRS * AB,
      offTraces: 0,
    });
    expect(controlled(judged)).toBe(true);
  });

  test("what the evidence does not hold is null, not zero", () => {
    const [plan = ""] = evidence().split("\n");
    const { judged, idle } = judge(`${plan}\n`, "every");
    expect(judged).toMatchObject({
      verdict: "Running",
      estimatePercent: null,
      usPerItem: null,
      exportUsPerItem: null,
      spansPerItem: null,
      aa: { estimatePercent: null, blocks: 0 },
    });
    expect(idle).toEqual([]);
    expect(controlled(judged)).toBe(false);
  });

  test("damaged evidence is an error, never a number", () => {
    expect(() => judge(evidence().replace('"seq":3', '"seq":4'), "every")).toThrow("line 4");
  });

  test("progress is a sentence", () => {
    expect(progressOf(evidence(), "every")).toMatch(/cpu per item .* 60 pairs, limit 1 %/);
  });
});

describe("controls", () => {
  test.each<[string, Nature, string]>([
    ["an item that was on did not arrive", { control: { traces: 1199 } }, "NoSpans"],
    ["an item that was off arrived", { control: { offTraces: 1 } }, "SpansOfMutedItems"],
    ["items failed", { bad: 1 }, "RequestsFailed"],
  ])("%s", (_, nature, reason) => {
    const { judged } = judge(evidence(nature), "every");
    expect(judged.reason).toBe(reason);
    expect(controlled(judged)).toBe(false);
  });

  test("a profile without spans is asked for numbers", () => {
    const control = { spans: 0, traces: 0, metricPoints: 5 };
    expect(controlled(judge(evidence({ control }), "metrics").judged)).toBe(true);
    expect(controlled(judge(evidence({ control }), "every").judged)).toBe(false);
  });

  test("a failed budget is a result, not a failed control", () => {
    expect(controlled({ verdict: "Failed", reason: "BudgetExceeded" })).toBe(true);
    expect(controlled({ verdict: "Inconclusive", reason: "BudgetUndecided" })).toBe(true);
  });
});

describe("off against off", () => {
  test("its interval holds its estimate, and shrinks with more of it", () => {
    const one = judge(evidence(), "every").idle;
    const few = idleOf(one);
    const many = idleOf([...one, ...one, ...one, ...one]);
    const width = ({ lowerPercent, upperPercent }: typeof few): number =>
      (upperPercent ?? NaN) - (lowerPercent ?? NaN);
    expect(few.lowerPercent).toBeLessThan(few.estimatePercent ?? NaN);
    expect(few.upperPercent).toBeGreaterThan(few.estimatePercent ?? NaN);
    expect(width(many)).toBeLessThan(width(few));
    expect(many.blocks).toBe(4 * few.blocks);
  });
});
