/** Every alert of both editions by promtool, and the rules that join them. */
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "@jest/globals";
import { ensure, pathOf } from "../cluster/artefacts/ensure.ts";
import { settingsFrom } from "../cluster/settings.ts";

const folder = join(import.meta.dirname, "promtool");
const rules = join(import.meta.dirname, "..", "charts", "flashcards", "files", "rules");

let promtool: (...args: string[]) => Promise<string>;

beforeAll(async () => {
  const paths = await ensure(settingsFrom(process.env), ["prometheus"]);
  const program = join(pathOf(paths, "prometheus"), "bin", "promtool");
  promtool = async (...args) => {
    const { stdout, stderr } = await promisify(execFile)(program, args).catch((error: unknown) => {
      const { stdout: out = "", stderr: err = "" } = error as { stdout?: string; stderr?: string };
      throw new Error(`promtool ${args.join(" ")}: ${out}${err}`);
    });
    return stdout + stderr;
  };
}, 600_000);

test.each(readdirSync(rules))("%s is what Prometheus takes for rules", async (file) => {
  expect(await promtool("check", "rules", join(rules, file))).toContain("SUCCESS");
});

test.each(readdirSync(folder).filter((name) => name.endsWith(".yaml")))(
  "%s holds",
  async (file) => {
    expect(await promtool("test", "rules", join(folder, file))).toContain("SUCCESS");
  },
  120_000,
);
