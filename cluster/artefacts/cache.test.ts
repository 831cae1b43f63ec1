import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
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

describe("what another process is making", () => {
  let other: ChildProcess;
  let making = "";

  beforeEach(async () => {
    other = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
    await once(other, "spawn");
    making = join(cache, `.making-${other.pid}-a-1`);
    await mkdir(making);
  });

  afterEach(() => void other.kill("SIGKILL"));

  test("is waited for, not made a second time", async () => {
    const twice = (): Promise<void> => Promise.reject(new Error("must not build again"));
    const waiting = cached(cache, "a-1", twice);
    await rename(making, join(cache, "a-1"));
    expect(await waiting).toMatchObject({ cached: true });
  });

  test("is made here when that process ends without it", async () => {
    const waiting = cached(cache, "a-1", fill);
    other.kill("SIGKILL");
    expect(await waiting).toMatchObject({ cached: false });
  });

  test("holds up nothing else", async () => {
    expect(await cached(cache, "b-1", fill)).toMatchObject({ cached: false });
  });
});
