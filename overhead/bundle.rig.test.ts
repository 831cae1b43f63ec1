/** `flashcard-otel overhead` as its users have it: one file, and nothing of the repository beside it. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import { buildCli } from "../tools/cli.ts";
import type { Found } from "./result.ts";

const SERVICE = `require("node:http").createServer((request, response) => {
  for (let i = 0; i < 1e5; i += 1) Math.imul(i, i);
  response.end("ok");
}).listen(3000, "127.0.0.1");
`;
const SHORT = ["--warmup", "20", "--items", "20", "--blocks", "2", "--pairs", "1"];

test("measures an application with the agent that it carries", async () => {
  const folder = await mkdtemp(join(tmpdir(), "flashcard-otel-bundle-"));
  try {
    const program = await buildCli(folder);
    await writeFile(join(folder, "server.cjs"), SERVICE);
    const app = `"${process.execPath}" server.cjs`;
    const asked = ["overhead", "--app", app, "--url", "http://127.0.0.1:3000/", ...SHORT];
    const json = join(folder, "found.json");
    const call = promisify(execFile)(process.execPath, [program, ...asked, "--json", json], {
      cwd: folder,
    });
    // So few items decide nothing, which is an exit code of its own.
    await expect(call).rejects.toMatchObject({ code: 3 });
    const found = JSON.parse(await readFile(json, "utf8")) as Found;
    expect(found.marginal).toMatchObject({ pairs: 2, spansPerItem: 1 });
    expect(found.whole).toMatchObject({ pairs: 1, spansPerItem: 1 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);
