import { expect, test } from "@jest/globals";
import { checkLedger, type Listing } from "./ledger.ts";
import { wordsOf } from "./shell.ts";

const calls = (...lines: string[]) =>
  lines.flatMap((text, index) =>
    wordsOf(text).map((words) => ({ file: "a.md", line: index + 1, words, isWhole: true })),
  );

const listing = (difference: Partial<Listing> = {}): Listing => ({
  ledger: [{ command: "make cake", by: "bakery.ts" }],
  played: { page: "a.md", from: 0, to: 0 },
  exists: () => true,
  ...difference,
});

const whys = (...lines: Parameters<typeof checkLedger>) =>
  checkLedger(...lines).problems.map(({ text, why }) => `${text}: ${why}`);

test("a command that a test runs is fine, and so are our own, which are run elsewhere", () => {
  const found = checkLedger(calls("make cake --big", "flashcard-otel status"), listing());
  expect(found).toEqual({ count: 1, problems: [] });
});

test("a command that is on no line is a problem, unless a program plays its section", () => {
  const both = calls("make cake", "make tea");
  expect(whys(both, listing())).toEqual([expect.stringMatching(/^make tea: no test runs it/)]);
  expect(whys(both, listing({ played: { page: "a.md", from: 2, to: 3 } }))).toEqual([]);
});

test.each([
  ["that no page has", { command: "make tea", because: "tea" }, /make tea: no page has it/],
  ["whose test is gone", { command: "make cake", by: "gone.ts" }, /there is no gone.ts/],
  ["without test and reason", { command: "make cake" }, /neither a test nor a reason/],
])("an entry %s is a problem", (_what, entry, why) => {
  const exists = (file: string) => file !== "gone.ts";
  const ledger = entry.command === "make cake" ? [entry] : [...listing().ledger, entry];
  expect(whys(calls("make cake"), listing({ ledger, exists })).join("\n")).toMatch(why);
});
