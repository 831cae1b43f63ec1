import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { buildSeconds, cached, sweepTemporary } from "./cache.ts";

let cache = "";

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "cache-test-"));
});

afterEach(() => rm(cache, { recursive: true }));

const fill = (folder: string): Promise<void> => writeFile(join(folder, "program"), "bytes");

const half = async (folder: string): Promise<void> => {
  await fill(folder);
  throw new Error("no space");
};

test("an artefact is built once", async () => {
  const first = await cached(cache, "a-1", fill);
  const second = await cached(cache, "a-1", () =>
    Promise.reject(new Error("must not build again")),
  );
  expect([first.cached, second.cached]).toEqual([false, true]);
  expect(second.path).toBe(first.path);
});

test("a failed build leaves nothing, and the next one starts anew", async () => {
  await expect(cached(cache, "a-1", half)).rejects.toThrow("no space");
  expect(await readdir(cache)).toEqual([]);
});

test("while it is built, nobody sees it under its name", async () => {
  await cached(cache, "a-1", (folder) => {
    expect(existsSync(join(cache, "a-1"))).toBe(false);
    return fill(folder);
  });
});

test("the seconds of the build are kept with it", async () => {
  const { path } = await cached(cache, "a-1", fill);
  expect(await buildSeconds(path)).toBeGreaterThanOrEqual(0);
});

test("what a killed process was making is removed, what a living one makes is kept", async () => {
  const dead = 2 ** 22 + 1;
  await mkdir(join(cache, `.making-${dead}-a-1`));
  await mkdir(join(cache, `.making-${process.pid}-b-1`));
  await sweepTemporary(cache);
  expect(await readdir(cache)).toEqual([`.making-${process.pid}-b-1`]);
});
