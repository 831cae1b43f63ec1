import { afterAll, expect, test } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildFull } from "./build.ts";
import type { AgentConfig } from "./contract.ts";
import { agentFolder, config, run, until } from "./testing/rig.ts";
import { startSink, type Sink } from "./testing/sink.ts";

const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

interface Started {
  sink: Sink;
  get: (
    path: string,
    headers?: Record<string, string>,
  ) => Promise<Record<string, { traceparent: string | null; baggage: string | null }>>;
  out: () => string;
}

async function start(
  over: Partial<AgentConfig>,
  env: Record<string, string> = {},
): Promise<Started> {
  const sink = await startSink();
  const folder = await agentFolder(config({ endpoint: sink.endpoint, ...over }));
  const running = run("fastify.mjs", folder, env);
  closing.push(sink.close, folder.remove, async () => {
    running.child.kill("SIGTERM");
    await running.ended;
  });
  const port = await running.ready;
  const get: Started["get"] = async (path, headers = {}) =>
    (await (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).json()) as never;
  return { sink, get, out: running.out };
}

const PARENT = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;

test("sampled with ratio 0 records no trace that begins here, follows its callers, and measures everything", async () => {
  const { sink, get, out } = await start({ profile: "sampled", sampleRatio: 0 });
  const { byFetch } = await get("/items/1");
  expect(byFetch?.traceparent).toMatch(/-00$/);
  expect(out()).toMatch(/"trace_id":"[0-9a-f]{32}".*"trace_flags":"00"/);
  await get("/items/2", { traceparent: PARENT });
  await until(() => sink.spans.length >= 6, "the caller's trace");
  expect(new Set(sink.spans.map(({ traceId }) => traceId))).toEqual(new Set(["a".repeat(32)]));
  await until(
    () =>
      sink.metrics
        .get("http.server.request.duration")
        ?.points.find(({ attributes }) => attributes["http.route"] === "/items/:id")?.count === 2,
    "both requests",
  );
}, 30_000);

test("sampled keeps the request's own span where it failed, and nothing of the others", async () => {
  const { sink, get } = await start({ profile: "sampled", sampleRatio: 0 });
  await get("/items/1");
  await get("/fail");
  await until(() => sink.spans.length > 0, "the span of the failed request");
  await until(
    () => (sink.metrics.get("http.server.request.duration")?.points.length ?? 0) >= 3,
    "durations of all routes",
  );
  expect(sink.spans.map(({ name, status }) => [name, status])).toEqual([["GET /fail", 2]]);
}, 30_000);

test("the user's variables choose the share of traces and switch a signal off", async () => {
  const { sink, get } = await start(
    { flushIntervalMs: 60_000, metricIntervalMs: 100 },
    {
      OTEL_TRACES_SAMPLER: "parentbased_always_off",
      OTEL_METRICS_EXPORTER: "none",
      OTEL_BSP_SCHEDULE_DELAY: "100",
    },
  );
  const { byFetch } = await get("/items/1");
  expect(byFetch?.traceparent).toMatch(/-00$/);
  await get("/items/2", { traceparent: PARENT });
  await until(() => sink.spans.length >= 6, "the caller's trace");
  expect(new Set(sink.spans.map(({ traceId }) => traceId))).toEqual(new Set(["a".repeat(32)]));
  expect(sink.metrics.size).toBe(0);
}, 30_000);

test("what is asked for on the console is printed, a line for each, and leaves only if that is asked for too", async () => {
  const { sink, get, out } = await start(
    {},
    { OTEL_TRACES_EXPORTER: "console", OTEL_METRICS_EXPORTER: "console,otlp" },
  );
  await get("/items/1", { traceparent: PARENT });
  const told = (): Record<string, unknown>[] =>
    out()
      .split("\n")
      .filter((line) => line.startsWith('{"resource":'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  await until(() => told().some(({ name }) => name === "GET /items/:id"), "the span on stdout");
  await until(
    () => told().some(({ descriptor }) => (descriptor as { name?: string })?.name === "items.done"),
    "the counter on stdout",
  );
  await until(() => sink.metrics.has("items.done"), "the counter at the collector");
  expect(told().find(({ name }) => name === "GET /items/:id")).toMatchObject({
    resource: { attributes: { "service.name": "app" } },
    traceId: "a".repeat(32),
    parentSpanContext: { spanId: "b".repeat(16) },
    kind: 1,
    attributes: { "http.response.status_code": 200 },
  });
  expect(sink.spans).toEqual([]);
}, 30_000);

test("metrics records no span, passes the caller's context on untouched, and measures everything", async () => {
  const { sink, get, out } = await start({ profile: "metrics" });
  const { byFetch, byHttp } = await get("/items/2", {
    traceparent: PARENT,
    baggage: "batch.id=b1",
  });
  expect(byFetch).toEqual({ traceparent: PARENT, baggage: "batch.id=b1" });
  expect(byHttp?.traceparent).toBe(PARENT);
  expect(out()).toContain(`"trace_id":"${"a".repeat(32)}"`);
  const fresh = await get("/items/3");
  expect(fresh["byFetch"]?.traceparent).toBeNull();
  await until(() => sink.metrics.get("items.done")?.points[0]?.value === 2, "the counter");
  await until(() => sink.metrics.has("http.client.request.duration"), "the calls");
  expect(sink.spans).toEqual([]);
}, 30_000);

test("full is the stock SDK, complete for an ESM application", async () => {
  const fullPath = await mkdtemp(join(tmpdir(), "flashcard-full-"));
  closing.push(() => rm(fullPath, { recursive: true }));
  await buildFull(fullPath);
  const { sink, get, out } = await start({ profile: "full", fullPath });
  await get("/items/7", { traceparent: PARENT, baggage: "batch.id=b1,x=y" });
  await until(
    () => sink.spans.filter(({ traceId }) => traceId === "a".repeat(32)).length >= 6,
    "six spans",
    15_000,
  );
  const server = sink.spans.find(({ name }) => name === "GET /items/:id");
  const manual = sink.spans.find(({ name }) => name === "business");
  expect(server).toMatchObject({
    parentId: "b".repeat(16),
    attributes: { "http.route": "/items/:id", "batch.id": "b1" },
  });
  expect(manual).toMatchObject({ parentId: server?.spanId, attributes: { "batch.id": "b1" } });
  expect(
    sink.spans.filter(({ parentId, kind }) => kind === 3 && parentId === manual?.spanId).length,
  ).toBe(2);
  expect(sink.resource).toMatchObject({ "service.name": "app", "service.namespace": "tests" });
  expect(out()).toContain(`"trace_id":"${"a".repeat(32)}"`);
  await until(() => sink.metrics.has("http.server.request.duration"), "metrics", 15_000);
}, 60_000);
