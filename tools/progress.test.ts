import { expect, test } from "@jest/globals";
import { type Done, opening, type Progress, record, remaining, resume } from "./progress.ts";

const done = (suite: string, code = 0): Done => ({
  suite,
  seconds: 1,
  code,
  finished: "2026-01-01T00:00:00.000Z",
});

const suites = ["check", "rig", "e2e"].map((name) => ({ name, commands: [] }));
const kept: Progress = { version: "a1", done: [done("check"), done("rig", 1)] };

const names = (progress: Progress): string[] => remaining(suites, progress).map(({ name }) => name);

test("what failed or never ran is left to do, in the table's order", () => {
  expect(names(kept)).toEqual(["rig", "e2e"]);
});

test("the same version goes on where it was", () => {
  expect(resume(kept, "a1")).toEqual(kept);
});

test("another version takes nothing over", () => {
  expect(resume(kept, "b2")).toEqual({ version: "b2", done: [] });
});

test("nothing kept is a start", () => {
  expect(names(resume(undefined, "a1"))).toEqual(["check", "rig", "e2e"]);
});

test("a suite that runs again replaces its outcome and no other", () => {
  const again = record(kept, done("rig"));
  expect(again).toEqual({ version: "a1", done: [done("check"), done("rig")] });
  expect(names(again)).toEqual(["e2e"]);
});

test.each([
  [undefined, "testing a1 from the start"],
  [{ ...kept, version: "b2" }, "testing a1 from the start: the tree has changed since b2"],
  [kept, "testing a1, going on: 1 passed earlier"],
])("a session says whether it goes on and why (%#)", (before, line) => {
  expect(opening(before, resume(before, "a1"))).toBe(line);
});
