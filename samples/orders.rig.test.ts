/** The orders sample as two processes on a real PostgreSQL: what its migration relies on. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Server, startPostgres } from "../agent/testing/servers.ts";
import { until } from "../e2e/kit/wait.ts";
import { freePort } from "../tools/ports.ts";

interface Program {
  url: string;
  child: ChildProcess;
  lines: () => Record<string, unknown>[];
}

let postgres: Server;
const programs: Program[] = [];

const start = async (file: string, more: Record<string, string> = {}): Promise<Program> => {
  const port = await freePort();
  const databaseUrl = `postgres://postgres@127.0.0.1:${postgres.port}/postgres`;
  const child = spawn(process.execPath, [join(import.meta.dirname, "orders", file)], {
    env: { PORT: String(port), DATABASE_URL: databaseUrl, DRAIN_MS: "500", ...more },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  const lines = () =>
    out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  programs.push({ url, child, lines });
  await until({ what: `${file} being ready`, seconds: 30, everyMs: 50 }, async () => {
    const { ok } = await fetch(`${url}/readyz`);
    return ok;
  });
  return { url, child, lines };
};

const order = (url: string, body: object): Promise<Response> =>
  fetch(`${url}/orders`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });

let packer: Program;
let api: Program;

beforeAll(async () => {
  const server = await startPostgres();
  if (!server) throw new Error("no PostgreSQL: npm run cluster -- build postgres");
  postgres = server;
  packer = await start("packer.ts");
  api = await start("api.ts", { PACKER_URL: packer.url });
}, 120_000);

afterAll(async () => {
  for (const { child } of programs) child.kill("SIGKILL");
  await postgres.stop();
});

test("an order is packed, or kept for later when sold out, and neither is lost", async () => {
  const answers = await Promise.all([
    order(api.url, { sku: "teapot", quantity: 2 }),
    order(api.url, { sku: "samovar", quantity: 1 }),
    order(api.url, { sku: "teapot" }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([201, 202, 400]);
  const [accepted, backordered] = await Promise.all(answers.map((one) => one.json()));
  const look = async ({ id }: { id: string }) => (await fetch(`${api.url}/orders/${id}`)).json();
  expect(await look(accepted as { id: string })).toMatchObject({ packed: expect.any(String) });
  expect(await look(backordered as { id: string })).toMatchObject({ packed: null });
});

test("what is scraped and what is logged say so", async () => {
  const text = await (await fetch(`${api.url}/metrics`)).text();
  expect(text).toContain('orders_placed_total{outcome="accepted"} 1');
  expect(text).toContain('orders_placed_total{outcome="backordered"} 1');
  expect(text).toMatch(
    /http_request_duration_seconds_count\{method="POST",route="\/orders",status="201"\} 1/,
  );
  expect(text).toMatch(/db_query_duration_seconds_count\{operation="INSERT",table="orders"\} 2/);
  expect(packer.lines()).toContainEqual(
    expect.objectContaining({ service: "packer", msg: "parcel packed", level: "info" }),
  );
});

test("METRICS=off: nothing is scraped, and orders are taken all the same", async () => {
  const silent = await start("api.ts", { PACKER_URL: packer.url, METRICS: "off" });
  expect((await fetch(`${silent.url}/metrics`)).status).toBe(404);
  expect((await order(silent.url, { sku: "kettle", quantity: 1 })).status).toBe(201);
});

test("told to stop it serves on, gives connections back, and ends with 0", async () => {
  const leaving = await start("api.ts", { PACKER_URL: packer.url });
  const gone = once(leaving.child, "exit");
  leaving.child.kill("SIGTERM");
  await until({ what: "not being ready", seconds: 5, everyMs: 10 }, async () => {
    const { status } = await fetch(`${leaving.url}/readyz`);
    return status === 503;
  });
  const answer = await order(leaving.url, { sku: "teapot", quantity: 1 });
  expect([answer.status, answer.headers.get("connection")]).toEqual([201, "close"]);
  expect(await gone).toEqual([0, null]);
});
