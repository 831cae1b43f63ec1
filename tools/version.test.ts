import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { partsOf, versionOf } from "./version.ts";

let folder = "";

const git = (...args: string[]): string =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
    cwd: folder,
    encoding: "utf8",
  });

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flashcard-otel-version-"));
  git("init", "--quiet");
  write(".gitignore", "ignored\n");
  write("kept", "one\n");
  git("add", "--all");
  git("commit", "--quiet", "--no-verify", "-m", "first");
});

afterEach(() => rmSync(folder, { recursive: true }));

test("a clean tree is its commit", async () => {
  expect(await versionOf(folder)).toBe(git("rev-parse", "HEAD").slice(0, 12));
});

test.each([
  ["a change", () => write("kept", "two\n")],
  ["a file git does not know", () => write("fresh", "")],
  ["another commit of the same tree", () => git("commit", "--allow-empty", "-qnm", "second")],
])("%s is another version", async (_what, change) => {
  const before = await versionOf(folder);
  change();
  expect(await versionOf(folder)).not.toBe(before);
});

test.each([
  ["what git ignores", () => write("ignored", "")],
  ["a change taken back", () => (write("kept", "two\n"), write("kept", "one\n"))],
])("%s is none", async (_what, change) => {
  const before = await versionOf(folder);
  change();
  expect(await versionOf(folder)).toBe(before);
});

test("what is staged stays as it was", async () => {
  write("kept", "two\n");
  await versionOf(folder);
  expect(git("diff", "--cached", "--name-only")).toBe("");
});

test("parts are known by what is in them, and by nothing beside them", async () => {
  const before = await partsOf(folder, ["kept"]);
  write("fresh", "");
  git("commit", "--allow-empty", "-qnm", "second");
  expect(await partsOf(folder, ["kept"])).toBe(before);
  write("kept", "two\n");
  expect(await partsOf(folder, ["kept"])).not.toBe(before);
});
