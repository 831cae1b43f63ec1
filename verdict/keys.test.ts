import { expect, test } from "@jest/globals";
import { together } from "./keys.ts";
import type { Outcome, Verdict } from "./report.ts";

const budget = { cpuPercent: 1, guardPercent: 3, alpha: 0.05 };
const said = (verdict: Outcome): Verdict => ({
  verdict,
  reason: `${verdict}Reason`,
  message: "+0.50 %",
  pairs: 12,
  logPass: 3,
  logFail: 0,
});

test.each<[Outcome, Outcome, Outcome]>([
  ["Passed", "Passed", "Passed"],
  ["Passed", "Failed", "Failed"],
  ["Failed", "Passed", "Failed"],
  ["Passed", "Inconclusive", "Inconclusive"],
  ["Failed", "Error", "Error"],
  ["Inconclusive", "Failed", "Failed"],
])("%s and %s together are %s", (marginal, whole, verdict) => {
  expect(together({ marginal: said(marginal), whole: said(whole) }, budget)).toMatchObject({
    verdict,
    reason: `${verdict}Reason`,
  });
});

test("it says what each key proves", () => {
  const both = together({ marginal: said("Passed"), whole: said("Passed") }, budget);
  expect(both.message).toBe(
    "key 1, what an item costs: Passed, +0.50 %; key 2, what having the agent costs: Passed, +0.50 %; proven: an item costs less than 1 % more, and all of it costs less than 3 % more",
  );
});

test("without the first key nothing is claimed about the budget", () => {
  const { message } = together({ whole: said("Passed") }, budget);
  expect(message).toContain("nothing about 1 %, since this agent cannot be switched per item");
});
