/** The bundle as its users get it: one file that runs by itself, under both names. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { number, rehearse, textOf } from "../verdict/rehearsal.ts";
import { PROGRAM, release } from "./cli.ts";

const call = promisify(execFile);
const URI = "https://downloads.example/flashcard-otel.tar.gz";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "flashcard-otel-cli-"));
  await release(folder, URI);
}, 60_000);

afterAll(() => rm(folder, { recursive: true }));

const program = (name: string, args: string[], input = "") => {
  const child = call(process.execPath, [join(folder, name), ...args], { cwd: folder });
  child.child.stdin?.end(input);
  return child;
};

describe("the bundle", () => {
  test("answers without anything beside it, as kubectl's plugin too", async () => {
    await symlink(join(folder, PROGRAM), join(folder, "kubectl-flashcard_otel"));
    const { stdout } = await program("kubectl-flashcard_otel", ["--help"]);
    expect(stdout).toMatch(/^kubectl flashcard-otel COMMAND/);
  });

  test("judges evidence that comes in a pipe", async () => {
    const { stdout } = await program(PROGRAM, ["verdict"], textOf(number(rehearse())));
    expect(stdout).toMatch(/^Passed \(WithinBudget\)/);
  });

  test("has no colours in a pipe, and ends with the documented code", async () => {
    const failing = program(PROGRAM, ["verdict"], textOf(number(rehearse({ overheadPercent: 5 }))));
    await expect(failing).rejects.toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/^Failed/),
    });
  });

  test("tells an older Node that it is one, before anything it could not read", async () => {
    const text = await readFile(join(folder, PROGRAM), "utf8");
    const [shebang = "", ...guard] = text.split("\n").slice(0, 5);
    expect(shebang).toBe("#!/usr/bin/env node");
    const old = `Object.defineProperty(process.versions, "node", { value: "20.1.0" });${guard.join("\n")}`;
    await expect(call(process.execPath, ["-e", old])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is too old\n {2}why: .*22[\s\S]*to do: /),
    });
  });

  test("carries the console with its page", async () => {
    const failing = program(PROGRAM, ["console", "--kubeconfig", "/nowhere"]);
    await expect(failing).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/the console cannot start: .*\/nowhere/),
    });
    expect(await readFile(join(folder, PROGRAM), "utf8")).toContain("All migrations");
  });

  test("does not carry the stock SDK, and says what to do", async () => {
    const asked = ["overhead", "--app", "node a.js", "--url", "http://127.0.0.1:3000/"];
    await expect(program(PROGRAM, [...asked, "--agent", "stock"])).rejects.toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/--require .*register[\s\S]*npm run overhead/),
    });
  });

  test("carries the agent, so that plans show its hash", async () => {
    expect(await readFile(join(folder, PROGRAM), "utf8")).toContain("flashcard-otel: inert");
  });
});

test("the plugin manager's manifest names the archive that was made", async () => {
  const text = await readFile(join(folder, "krew.yaml"), "utf8");
  const { metadata, spec } = parse(text) as {
    metadata: { name: string };
    spec: {
      platforms: {
        uri: string;
        sha256: string;
        bin: string;
        files: { from: string; to: string }[];
      }[];
    };
  };
  const [platform] = spec.platforms;
  const bytes = await readFile(join(folder, "flashcard-otel.tar.gz"));
  expect(platform?.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  expect(platform?.uri).toBe(URI);
  // The rule by which kubectl finds a plugin whose name has a dash.
  expect(platform?.bin).toBe(`kubectl-${metadata.name.replaceAll("-", "_")}`);
  const { stdout } = await call("tar", ["-tzf", join(folder, "flashcard-otel.tar.gz")]);
  expect(stdout.trim().split("\n")).toEqual(platform?.files.map(({ from }) => from));
});
