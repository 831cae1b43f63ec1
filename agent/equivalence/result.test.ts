import { expect, test } from "@jest/globals";
import type { Accepted } from "./accepted.ts";
import { good, type Outcome, report, resultOf } from "./result.ts";
import { nodeOf } from "./testing.ts";

const row = (field: string): Accepted => ({
  subject: "span",
  field,
  only: "full",
  reason: `why ${field}`,
});
const [needed, idle] = [row("attribute a"), row("attribute b")];

const same: Outcome = { name: "same", left: [], used: new Set([needed]) };
const thing = { ...nodeOf("GET"), subject: "span", root: true } as const;
const differs: Outcome = {
  name: "differs",
  left: [{ thing, field: "status", full: 0, lean: 2 }],
  used: new Set(),
};
const broken: Outcome = { name: "broken", left: [], used: new Set(), error: "it never ended" };

test("cases are counted, and those that differ or cannot be run say why", () => {
  const result = resultOf([same, differs, broken], [needed], true);
  expect(result).toMatchObject({ cases: 3, passed: 1, accepted: 1, failed: 2, stale: [] });
  expect(result.failures).toEqual([
    { case: "differs", differences: ['span client "GET" status: full 0, lean 2'] },
    { case: "broken", differences: ["it never ended"] },
  ]);
  expect(good(result)).toBe(false);
});

test("an accepted difference that no longer occurs fails a run of everything, and only that", () => {
  expect(good(resultOf([same], [needed, idle], true))).toBe(false);
  expect(good(resultOf([same], [needed, idle], false))).toBe(true);
});

test("the report shows each accepted difference with its reason and how many cases have it", () => {
  const text = report(resultOf([same, same], [needed, idle], true), [same, same]);
  expect(text).toContain("| 2 | span attribute a only full | why attribute a |");
  expect(text).toContain(
    "STALE: no longer occurs, take it out of accepted.ts: span attribute b only full",
  );
});
