import { describe, expect, test } from "@jest/globals";
import { compare, simulated } from "./comparison.ts";
import { argo, flagger, kayenta, ours, type Windows } from "./rules.ts";

/** Windows of that cost against 1000. */
const costing = (...on: number[]): Windows => ({
  on,
  off: on.map(() => 1000),
  d: on.map((cost) => Math.log(cost / 1000)),
});
const times = (n: number, cost: number): number[] => Array.from({ length: n }, () => cost);

describe("the rules of others, as documented", () => {
  test("Flagger promotes after ten good checks, rolls back after five bad ones, and never forgets one", () => {
    expect(flagger(costing(...times(10, 1000)))).toEqual({ verdict: "Passed", pairs: 10 });
    expect(flagger(costing(...times(5, 1020)))).toEqual({ verdict: "Failed", pairs: 5 });
    const mixed = Array.from({ length: 9 }, (_, i) => (i % 2 === 0 ? 1020 : 1000));
    expect(flagger(costing(...mixed))).toEqual({ verdict: "Failed", pairs: 9 });
  });

  test("Argo Rollouts takes ten measurements and fails at the fourth bad one", () => {
    expect(argo(costing(1020, 1020, 1020, ...times(7, 1000)))).toEqual({
      verdict: "Passed",
      pairs: 10,
    });
    expect(argo(costing(...times(4, 1020)))).toEqual({ verdict: "Failed", pairs: 4 });
  });

  test("Kayenta fails what is clearly higher and passes what it cannot tell apart", () => {
    const around = (centre: number): number[] =>
      Array.from({ length: 60 }, (_, i) => centre + ((i * 37) % 21) - 10);
    const baseline = around(1000);
    const against = (on: number[]): Windows => ({ on, off: baseline, d: [] });
    expect(kayenta(against(around(1030)))).toEqual({ verdict: "Failed", pairs: 60 });
    expect(kayenta(against(around(1001)))).toEqual({ verdict: "Passed", pairs: 60 });
  });

  test("ours has a third verdict", () => {
    expect(ours(costing(...times(40, 1000))).verdict).toBe("Passed");
    expect(ours(costing(...times(40, 1050))).verdict).toBe("Failed");
    expect(ours(costing(...times(40, 1010))).verdict).toBe("Undecided");
  });
});

test("on simulated trials ours is wrong least often", () => {
  const [mine, ...others] = compare(simulated(200, 1000));
  expect(mine?.wrong).toBeLessThanOrEqual(200 * 0.05);
  for (const { wrong } of others) expect(wrong).toBeGreaterThan(mine?.wrong ?? 0);
});
