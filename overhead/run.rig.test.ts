/** The command with the real agent, and what it says about what it cannot measure. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Found } from "./result.ts";
import { type Io, run } from "./run.ts";
import { sources } from "./sources.ts";

const SERVICE = `require("node:http").createServer((request, response) => {
  for (let i = 0; i < 1e5; i += 1) Math.imul(i, i);
  response.writeHead(request.url === "/busy" ? 503 : 200).end("ok");
}).listen(process.env.PORT ?? 3000, "127.0.0.1");
`;
const SHORT = ["--warmup", "20", "--items", "20", "--blocks", "6", "--pairs", "2"];
const MINUTE = 60_000;

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "flashcard-otel-overhead-"));
  await writeFile(join(folder, "server.cjs"), SERVICE);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ask = async (...args: string[]) => {
  const [out, err]: [string[], string[]] = [[], []];
  const io: Io = {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    cwd: folder,
    env: { PATH: process.env["PATH"] },
    now: () => performance.now(),
    signal: new AbortController().signal,
  };
  const app = `"${process.execPath}" server.cjs`;
  const code = await run(["--app", app, ...SHORT, ...args], io, sources);
  return { code, out: out.join("\n"), err: err.join("\n") };
};

const at = (path: string): string[] => ["--url", `http://127.0.0.1:3000${path}`];

describe("npx flashcard-otel overhead", () => {
  test(
    "measures the lean agent with both keys and writes what it found",
    async () => {
      const { code, out } = await ask(
        ...at("/cards"),
        "--json",
        "found.json",
        "--html",
        "found.html",
      );
      const found = JSON.parse(await readFile(join(folder, "found.json"), "utf8")) as Found;
      expect({ code, keys: Object.keys(found.evidence) }).toEqual({
        code: { Passed: 0, Failed: 1, Inconclusive: 3, Running: 3, Error: 4 }[found.verdict],
        keys: ["marginal", "whole"],
      });
      expect(found.verdict).not.toBe("Error");
      expect(found.marginal).toMatchObject({ pairs: 6, spansPerItem: 1 });
      expect(found.whole).toMatchObject({ pairs: 2, spansPerItem: 1 });
      expect(out).toContain(found.message);
      expect(await readFile(join(folder, "found.html"), "utf8")).toContain(
        "Key 2: what having the agent costs",
      );
    },
    MINUTE,
  );

  test(
    "measures the stock SDK with the second key alone",
    async () => {
      await ask(...at("/cards"), "--agent", "stock", "--json", "stock.json");
      const found = JSON.parse(await readFile(join(folder, "stock.json"), "utf8")) as Found;
      expect(found).toMatchObject({ marginal: null, whole: { pairs: 2 } });
      expect(found.whole.spansPerItem).toBeGreaterThanOrEqual(1);
    },
    MINUTE,
  );

  test(
    "an agent that is a command and brings none is an error",
    async () => {
      const plain = `"${process.execPath}" server.cjs`;
      const { code, out } = await ask(...at("/cards"), "--agent", plain);
      expect(code).toBe(4);
      expect(out).toContain("Error NoSpans");
    },
    MINUTE,
  );

  test(
    "items that fail are no measurement",
    async () => {
      const { code, out, err } = await ask(...at("/busy"));
      expect(code).toBe(4);
      expect(out).toContain("Error ItemsFail");
      expect(err).toContain("/busy was answered with status 503");
    },
    MINUTE,
  );

  test(
    "an application that does not start is told with its last words",
    async () => {
      const { code, err } = await ask(
        ...at("/"),
        "--app",
        `"${process.execPath}" -e "throw 'no luck'"`,
      );
      expect(code).toBe(4);
      expect(err).toContain("it ended before it listened");
      expect(err).toContain("no luck");
    },
    MINUTE,
  );

  test("wrong arguments are told with the usage", async () => {
    const { code, err } = await ask();
    expect(code).toBe(2);
    expect(err).toContain("usage: overhead");
  });
});
