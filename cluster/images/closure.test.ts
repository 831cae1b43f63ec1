import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { closure, closureEntries } from "./closure.ts";

let repo = "";

beforeEach(async () => {
  repo = await mkdtemp(join(tmpdir(), "closure-test-"));
});

afterEach(() => rm(repo, { recursive: true }));

const put = async (path: string, manifest: object): Promise<void> => {
  await mkdir(join(repo, path), { recursive: true });
  await writeFile(join(repo, path, "package.json"), JSON.stringify(manifest));
  await writeFile(join(repo, path, "index.js"), "");
  await writeFile(join(repo, path, "index.d.ts"), "");
};

test("dependencies are followed to where Node would find them, nested ones first", async () => {
  await put("app", { dependencies: { a: "1", b: "1" } });
  await put("node_modules/a", { dependencies: { b: "2" } });
  await put("node_modules/a/node_modules/b", {});
  await put("node_modules/b", {});
  expect(await closure(repo, "app")).toEqual([
    "node_modules/a",
    "node_modules/a/node_modules/b",
    "node_modules/b",
  ]);
});

test("what only development needs is left out, and so are types", async () => {
  await put("app", { dependencies: { a: "1" }, devDependencies: { tool: "1" } });
  await put("node_modules/a", {});
  await put("node_modules/tool", {});
  const paths = (await closureEntries(repo, "app", "/app")).map(({ path }) => path);
  expect(paths.toSorted()).toEqual([
    "/app/node_modules/a/index.js",
    "/app/node_modules/a/package.json",
  ]);
});

test("two packages that need each other end the walk", async () => {
  await put("app", { dependencies: { a: "1" } });
  await put("node_modules/a", { dependencies: { b: "1" } });
  await put("node_modules/b", { dependencies: { a: "1" } });
  expect(await closure(repo, "app")).toEqual(["node_modules/a", "node_modules/b"]);
});

test("a missing dependency is named with the remedy, a missing peer or optional one is fine", async () => {
  await put("app", { optionalDependencies: { native: "1" }, peerDependencies: { react: "1" } });
  expect(await closure(repo, "app")).toEqual([]);
  await put("app", { dependencies: { gone: "1" } });
  await expect(closure(repo, "app")).rejects.toThrow(
    "app needs gone, which is not installed: npm ci",
  );
});
