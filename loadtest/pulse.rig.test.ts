/** The pulse with the real k6, against a service that forgets, dawdles, refuses and falls silent when it is told to. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { k6Program } from "./testing/k6.ts";
import type { Summary } from "./beat.ts";
import { buildLoadtest } from "./build.ts";

/** Follows each item: posted, then asked for until it is there. */
const ITEM = `import http from "k6/http";
export async function item({ id, baseUrl }) {
  const posted = await http.asyncRequest("POST", baseUrl + "/" + id);
  if (posted.status !== 202) throw new Error("item " + id + " was refused");
  for (let i = 0; i < 100; i += 1) {
    const found = await http.asyncRequest("GET", baseUrl + "/" + id);
    if (found.body === "done") return;
    if (found.body === "twice") throw new Error("item " + id + " was done twice");
    await new Promise((later) => setTimeout(later, 50));
  }
}
`;

interface Service {
  server: Server;
  url: string;
  posted: string[];
}

/** `answer` is asked with the number of the item; undefined is no answer yet. */
const serve = async (answer: (method: string, n: number) => string | number): Promise<Service> => {
  const posted: string[] = [];
  const server = createServer((request, response) => {
    const id = request.url ?? "";
    const n = Number(id.split("-").at(-1));
    if (request.method === "POST") posted.push(id);
    const said = answer(request.method ?? "", n);
    if (typeof said === "number") response.writeHead(said).end();
    else response.writeHead(request.method === "POST" ? 202 : 200).end(said);
  });
  await new Promise<void>((ready) => {
    server.listen(0, "127.0.0.1", ready);
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, posted };
};

let k6: string;
let folder: string;

beforeAll(async () => {
  k6 = await k6Program();
  folder = await mkdtemp(join(tmpdir(), "flashcard-otel-pulse-"));
  await buildLoadtest(folder);
  await writeFile(join(folder, "k6/item.js"), ITEM);
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const run = async (url: string, env: Record<string, string> = {}): Promise<Summary[]> => {
  const flags = [
    "run",
    "--quiet",
    "--no-usage-report",
    "--log-format",
    "raw",
    "--log-output",
    "stdout",
    "pulse.js",
  ];
  const child = spawn(k6, flags, {
    cwd: join(folder, "k6"),
    env: {
      ...process.env,
      BASE_URL: url,
      RATE: "20",
      DEADLINE_SECONDS: "2",
      DURATION_SECONDS: "4",
      ...env,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  await new Promise((closed) => {
    child.on("close", closed);
  });
  return text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Summary);
};

test("every item is followed to its result at the rate that was asked for, with a line each second", async () => {
  const { server, url, posted } = await serve(() => "done");
  const lines = await run(url);
  server.close();
  expect(lines.length).toBeGreaterThanOrEqual(4);
  expect(lines.at(-1)).toMatchObject({
    kind: "pulse",
    items: 80,
    done: 80,
    failed: 0,
    inFlight: 0,
    requests: 160,
    failedRequests: 0,
    lastFailure: null,
  });
  expect(new Set(posted).size).toBe(80);
}, 60_000);

test("lost, doubled and refused items failed; the others did not", async () => {
  const answer = (method: string, n: number): string | number => {
    if (method === "POST") return n === 7 ? 503 : "";
    if (n === 8) return "twice";
    return n === 9 ? "not yet" : "done";
  };
  const { server, url } = await serve(answer);
  const last = (await run(url)).at(-1);
  server.closeAllConnections();
  server.close();
  expect(last).toMatchObject({ items: 80, done: 77, failed: 3, inFlight: 0, failedRequests: 1 });
  expect(last?.lastFailure).toBe("an item was later than its deadline of 2 s");
}, 60_000);

test("a service that falls silent does not slow the arrivals, and the silence is measured", async () => {
  const { server, url, posted } = await serve(() => "done");
  const running = run(url, { DURATION_SECONDS: "5" });
  while (posted.length < 20) await setTimeout(10);
  server.removeAllListeners("request");
  const held: (() => void)[] = [];
  server.on("request", (_request, response) =>
    held.push(() => response.writeHead(202).end("done")),
  );
  await setTimeout(1500);
  const waiting = held.length;
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    posted.push(request.url ?? "");
    response.writeHead(request.method === "POST" ? 202 : 200).end("done");
  });
  for (const answer of held) answer();
  const last = (await running).at(-1);
  server.close();
  expect(waiting).toBeGreaterThanOrEqual(20);
  expect(last).toMatchObject({ items: 100, failed: 0 });
  expect(last?.longestGapMs).toBeGreaterThan(1200);
  expect(last?.longestGapMs).toBeLessThan(2500);
}, 60_000);
