import { expect, test } from "@jest/globals";
import { markdownOf, type Result, tableOf } from "./table.ts";

const idle = { estimatePercent: -0.031, lowerPercent: -0.2, upperPercent: 0.14, blocks: 60 };

const latencyMs = { plain: { p50: 1.5, p99: 4 }, agent: { p50: 1.52, p99: 4.1 } };

const result = (over: Partial<Result> = {}): Result => ({
  name: "gateway warm",
  workload: "gateway",
  method: "toggled",
  agent: "lean",
  governor: false,
  verdict: "Passed",
  reason: "WithinBudget",
  message: "good",
  estimatePercent: 0.512,
  lowerPercent: 0.4,
  upperPercent: 0.63,
  pairs: 200,
  appUsPerItem: 1812.4,
  usPerItem: 9.3,
  exportUsPerItem: 1.1,
  spansPerItem: 7,
  spansReceived: 70_000,
  onItems: 10_000,
  traces: 10_000,
  offTraces: 0,
  aa: idle,
  latencyMs,
  folded: null,
  startupMs: 31.4,
  rssMB: 6.52,
  bytesPerSpan: 152,
  ...over,
});

const beside = (agent: string, over: Partial<Result> = {}): Result =>
  result({ name: `gateway ${agent}`, method: "pairs", agent, exportUsPerItem: null, ...over });

test("a row says everything about its variant", () => {
  const [, , head, row] = tableOf({ aa: idle, variants: [result()] }).split("\n");
  expect(row?.split(/ {2,}/)).toEqual([
    "gateway warm",
    "lean",
    "+0.51 [+0.40, +0.63]",
    "Passed (WithinBudget)",
    "200",
    "1812",
    "9.3",
    "1.1",
    "7.0",
    "-0.03 [-0.20, +0.14]",
    "10000, 10000, 0",
    "1.50, 1.52",
    "4.00, 4.10",
    "31",
    "6.5",
    "152",
  ]);
  expect(head?.split(/ {2,}/)).toHaveLength(16);
});

test("with the governor, a row says what it had left out", () => {
  const governed = result({ governor: true, folded: { level: 4, observed: 0.25 } });
  expect(tableOf({ aa: idle, variants: [governed] })).toContain(
    "lean, governor on rung 4 (sampling), 25 % observed",
  );
  expect(tableOf({ aa: idle, variants: [result({ governor: true })] })).toContain(
    "lean, governor  ",
  );
});

test("fresh pairs have a table of their own, without what only items on and off can say", () => {
  const text = tableOf({ aa: idle, variants: [result(), beside("dd-trace")] });
  const [, , , , , , , head, row] = text.split("\n");
  expect(head).toContain("spans arrived");
  expect(head).not.toContain("off against off");
  expect(row?.split(/ {2,}/).slice(0, 2)).toEqual(["gateway", "dd-trace"]);
});

test("a page gets the same cells", () => {
  const page = markdownOf({ aa: idle, variants: [result(), beside("dd-trace")] }).split("\n");
  expect(page[0]).toContain("npm run bench");
  expect(page[6]).toMatch(/^\| gateway warm \| lean \| \+0\.51 \[\+0\.40, \+0\.63\] \|/);
  expect(page.filter((line) => line.startsWith("| ---"))).toHaveLength(2);
});

test("ours is compared with the cheapest of the others, by what was measured in the same way", () => {
  const variants = [
    result({ usPerItem: 10 }),
    beside("lean", { usPerItem: 30, lowerPercent: -1, upperPercent: 2 }),
    beside("none", { usPerItem: 0 }),
    beside("dd-trace", { usPerItem: 400 }),
    beside("otel-needed", { usPerItem: 300 }),
  ];
  expect(tableOf({ aa: idle, variants })).toContain(
    "ours costs 1/10 of otel-needed, the cheapest of the others (fresh pairs, gateway)",
  );
});

test("without others, or without a cost, nothing is compared", () => {
  expect(tableOf({ aa: idle, variants: [result()] })).not.toContain("ours costs");
  const free = [result({ usPerItem: -2 }), beside("dd-trace")];
  expect(tableOf({ aa: idle, variants: free })).not.toContain("ours costs");
});

test("columns stand below each other", () => {
  const variants = [result(), result({ name: "flash-0.25 young and long", pairs: 5 })];
  const [head = "", ...rows] = tableOf({ aa: idle, variants }).split("\n").slice(2, 5);
  for (const row of rows) expect(row.indexOf("lean")).toBe(head.indexOf("agent"));
});

test("what was not measured is a dash", () => {
  const unknown = { estimatePercent: null, lowerPercent: null, startupMs: null, rssMB: null };
  const [, , , row] = tableOf({ aa: idle, variants: [result(unknown)] }).split("\n");
  expect(row).toContain("- [-, +0.63]");
  expect(row?.split(/ {2,}/).slice(-3)).toEqual(["-", "-", "152"]);
});

test("whatever went wrong is told below, and nothing else", () => {
  const variants = [
    result(),
    result({ name: "api warm", verdict: "Error", message: "spans of 0 items arrived" }),
  ];
  const text = tableOf({ aa: idle, variants });
  expect(text).toContain("api warm: spans of 0 items arrived");
  expect(text).not.toContain("gateway warm: good");
  expect(text).toContain(
    "off against off of all together: -0.03 [-0.20, +0.14] %, 60 observations",
  );
});
