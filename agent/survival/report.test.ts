import { expect, test } from "@jest/globals";
import type { Verdict } from "./judge.ts";
import { summary, table, type Played } from "./report.ts";

const played = (fault: string, major: number, verdict: Verdict): Played => ({
  name: `${fault} ${major}`,
  row: { fault, moment: "load" },
  runtime: { major, version: `${major}.0.0` },
  verdict,
});

const some = [
  played("one", 18, { result: "passed" }),
  played("one", 20, { result: "failed", difference: "x" }),
  played("two", 18, { result: "accepted", difference: "y" }),
  played("two", 20, { result: "senseless" }),
];

test("what makes no sense is no case", () => {
  expect(summary(some)).toEqual({ cases: 3, passed: 1, accepted: 1, failed: 1 });
});

test("faults go down, runtimes across", () => {
  expect(table(some).split("\n")).toEqual([
    "           Node 18  Node 20",
    "one, load  ok       FAILED",
    "two, load  (ok)     -",
  ]);
});
