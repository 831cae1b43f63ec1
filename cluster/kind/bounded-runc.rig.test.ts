import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ensure, pathOf } from "../artefacts/ensure.ts";
import { run } from "../run.ts";
import { settingsFrom } from "../settings.ts";

let program = "";
let folder = "";

/** Stands where runc would be found, and says how it was called. */
const echo = '#!/bin/sh\necho "$@"\n';

beforeAll(async () => {
  const settings = settingsFrom(process.env, () => undefined);
  const paths = await ensure(settings, ["bounded-runc"]);
  program = join(pathOf(paths, "bounded-runc"), "bin/bounded-runc");
  folder = await mkdtemp(join(tmpdir(), "bounded-runc-"));
  await writeFile(join(folder, "runc"), echo);
  await chmod(join(folder, "runc"), 0o755);
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Called as containerd calls it, by a process that lacks CAP_SYS_RESOURCE and may open 5000 files. */
const call = (args: readonly string[]): Promise<string> =>
  run(
    "setpriv",
    ["--bounding-set=-sys_resource", "prlimit", "--nofile=5000:5000", program, ...args],
    {
      env: { PATH: `${folder}:/usr/bin:/bin` },
    },
  );

const process_ = {
  capabilities: {
    bounding: ["CAP_CHOWN", "CAP_SYS_RESOURCE"],
    effective: ["CAP_SYS_RESOURCE", "CAP_CHOWN", "CAP_FROM_A_LATER_KERNEL"],
  },
  oomScoreAdj: -999,
  rlimits: [
    { type: "RLIMIT_NOFILE", soft: 1024, hard: 1_048_576 },
    { type: "RLIMIT_CORE", soft: 9_000_000_000_000_000, hard: 9_000_000_000_000_000 },
  ],
};

const bounded = {
  capabilities: { bounding: ["CAP_CHOWN"], effective: ["CAP_CHOWN"] },
  rlimits: [{ type: "RLIMIT_NOFILE", soft: 1024, hard: 5000 }, process_.rlimits[1]],
};

const ownScore = async (): Promise<number> =>
  Number(await readFile("/proc/self/oom_score_adj", "utf8"));

test("a new container gets what there is, and nothing else of its bundle changes", async () => {
  const config = join(folder, "config.json");
  await writeFile(config, JSON.stringify({ process: process_, linux: { kept: 1e21 } }));
  const said = await call(["--root", "/r", "create", "--bundle", folder, "name"]);
  expect(said).toBe(`--root /r create --bundle ${folder} name\n`);
  expect(JSON.parse(await readFile(config, "utf8"))).toEqual({
    process: { ...bounded, oomScoreAdj: await ownScore() },
    linux: { kept: 1e21 },
  });
});

test("so does a process that joins a container", async () => {
  const file = join(folder, "process.json");
  await writeFile(file, JSON.stringify(process_));
  await call(["exec", `--process=${file}`, "name"]);
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual({
    ...bounded,
    oomScoreAdj: await ownScore(),
  });
});

test("every other call is passed on as it is", async () => {
  expect(await call(["delete", "--force", "create"])).toBe("delete --force create\n");
});
