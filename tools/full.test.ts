import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { chosen, type Doors, runFull } from "./full.ts";
import type { Suite } from "./run.ts";

const suites: Suite[] = ["one", "two", "three"].map((name) => ({ name, commands: [] }));
const now = new Date("2026-01-01T12:00:00Z");

let folder = "";
let played: string[] = [];
let said: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flashcard-otel-full-"));
  played = [];
  said = [];
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Suites of which the named ones fail. */
const doors = (failing: string[] = [], rest: Partial<Doors> = {}): Doors => ({
  folder,
  version: async () => "a1",
  play: async ({ name }) => {
    played.push(name);
    const code = failing.includes(name) ? 1 : 0;
    return { suite: name, seconds: 2, code, finished: now.toISOString() };
  },
  now: () => now,
  say: (line) => said.push(line),
  ...rest,
});

const interrupted = (at: string): Doors => {
  const { play } = doors();
  return doors([], {
    play: (suite) => (suite.name === at ? Promise.reject(new Error("interrupted")) : play(suite)),
  });
};

test("a failed suite does not keep the rest from running, and fails the whole", async () => {
  expect(await runFull(suites, doors(["one"]))).toBe(false);
  expect(played).toEqual(["one", "two", "three"]);
});

test("the next session runs only what has not passed", async () => {
  await runFull(suites, doors(["two"]));
  played = [];
  expect(await runFull(suites, doors())).toBe(true);
  expect(played).toEqual(["two"]);
});

test("an interruption loses the running suite only, and the report is there already", async () => {
  await expect(runFull(suites, interrupted("two"))).rejects.toThrow("interrupted");
  expect(readFileSync(join(folder, "full.md"), "utf8")).toContain("1 passed, 0 failed, 2 not run");
  await runFull(suites, doors());
  expect(played).toEqual(["one", "two", "three"]);
});

test("another version starts anew", async () => {
  await runFull(suites, doors());
  await runFull(suites, doors([], { version: async () => "b2" }));
  expect(played).toHaveLength(6);
  expect(said).toContain("testing b2 from the start: the tree has changed since a1");
});

test("a suite under which the tree changed counts for no version", async () => {
  const changing = doors([], { version: async () => (played.includes("two") ? "b2" : "a1") });
  expect(await runFull(suites, changing)).toBe(false);
  expect(played).toEqual(["one", "two"]);
  expect(said.at(-1)).toContain("1 passed, 0 failed, 2 not run");
});

test("what is printed is what is written", async () => {
  await runFull(suites, doors());
  expect(said.at(-1)).toBe(`\n${readFileSync(join(folder, "full.md"), "utf8")}`);
});

test("a file that cannot be read says how to go on", async () => {
  writeFileSync(join(folder, "full.json"), "{");
  await expect(runFull(suites, doors())).rejects.toThrow(/full\.json: start anew with --fresh/);
});

test("only what is named is run, and decides", async () => {
  expect(await runFull(suites, doors(), chosen(suites, ["two"]))).toBe(true);
  expect(played).toEqual(["two"]);
  expect(said.at(-1)).toContain("1 passed, 0 failed, 2 not run");
});

test("a part of a name is enough, and one that nobody has is refused with all there are", () => {
  expect(chosen(suites, ["o"]).map(({ name }) => name)).toEqual(["one", "two"]);
  expect(chosen(suites, [])).toEqual(suites);
  expect(() => chosen(suites, ["one", "four"])).toThrow(
    'no suite has "four" in its name:\n  one\n  two\n  three',
  );
});
