import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { connect } from "node:net";
import { once } from "node:events";
import { undocumented } from "./testing/documented.ts";
import type { DecodedSpan } from "./testing/otlp.ts";
import { agentFolder, config, run, until, type AgentFolder, type Running } from "./testing/rig.ts";
import { startSink, type Sink } from "./testing/sink.ts";

let sink: Sink;
let folder: AgentFolder;
const apps = new Map<string, { running: Running; port: string }>();

const TRACE = "0123456789abcdef0123456789abcdef";
const PARENT = `00-${TRACE}-1111111111111111-01`;

beforeAll(async () => {
  sink = await startSink();
  folder = await agentFolder(config({ endpoint: sink.endpoint }));
  for (const name of ["fastify.mjs", "fastify.cjs", "plain.mjs"]) {
    const running = run(name, folder);
    apps.set(name, { running, port: await running.ready });
  }
}, 60_000);

afterAll(async () => {
  for (const { running } of apps.values()) running.child.kill("SIGTERM");
  await Promise.all([...apps.values()].map(({ running }) => running.ended));
  await sink.close();
  await folder.remove();
});

const url = (app: string, path: string): string => `http://127.0.0.1:${apps.get(app)?.port}${path}`;
const get = (app: string, path: string, headers: Record<string, string> = {}) =>
  fetch(url(app, path), { headers }).then(
    (response) => response.json() as Promise<Record<string, unknown>>,
  );

/** The spans of one call, once all `count` of them have arrived. */
async function spansOf(
  find: (span: DecodedSpan) => boolean,
  count: number,
): Promise<DecodedSpan[]> {
  const of = (): DecodedSpan[] => {
    const traceId = sink.spans.find(find)?.traceId;
    return sink.spans.filter((span) => span.traceId === traceId);
  };
  await until(() => of().length >= count, `${count} spans`);
  return of();
}

const named = (spans: DecodedSpan[], name: string, kind: number): DecodedSpan => {
  const found = spans.find((span) => span.name === name && span.kind === kind);
  if (found === undefined) throw new Error(`no ${name}: ${spans.map((span) => span.name).join()}`);
  return found;
};

test("an ESM service: server, manual span and both kinds of client hang together under the caller", async () => {
  const answer = await get("fastify.mjs", "/items/7", {
    traceparent: PARENT,
    baggage: "batch.id=b1,x=y",
  });
  const spans = await spansOf((span) => span.traceId === TRACE, 6);
  expect(spans.length).toBe(6);
  const server = named(spans, "GET /items/:id", 2);
  const manual = named(spans, "business", 1);
  const clients = spans.filter(({ kind }) => kind === 3);
  const leaves = spans.filter(({ name }) => name === "GET /leaf");
  expect(server).toMatchObject({ parentId: "1111111111111111", flags: 0x301 });
  expect(server.attributes).toMatchObject({
    "http.request.method": "GET",
    "http.route": "/items/:id",
    "url.path": "/items/7",
    "http.response.status_code": 200,
    "batch.id": "b1",
  });
  expect(manual).toMatchObject({
    parentId: server.spanId,
    attributes: { "app.id": "7", "batch.id": "b1" },
  });
  expect(manual.events).toMatchObject([{ name: "half way", attributes: { percent: 50 } }]);
  expect(clients.map(({ parentId }) => parentId)).toEqual([manual.spanId, manual.spanId]);
  expect(leaves.map(({ parentId }) => parentId).toSorted()).toEqual(
    clients.map(({ spanId }) => spanId).toSorted(),
  );
  for (const client of clients)
    expect(client.attributes["url.full"]).toBe(url("fastify.mjs", "/leaf"));
  // What the callee was told, both by fetch and by node:http.
  for (const told of Object.values(answer) as { traceparent: string; baggage: string }[]) {
    expect(clients.map(({ spanId }) => `00-${TRACE}-${spanId}-01`)).toContain(told.traceparent);
    expect(told.baggage).toBe("batch.id=b1,x=y");
  }
});

test("pino's lines carry the trace and the span they were written in", async () => {
  const lines =
    apps
      .get("fastify.mjs")
      ?.running.out()
      .split("\n")
      .filter((line) => line.includes('"msg"')) ?? [];
  const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const spans = sink.spans.filter(({ traceId }) => traceId === TRACE);
  const at = (message: string) => parsed.find((line) => line["msg"] === message);
  expect(at("in the handler")).toMatchObject({
    trace_id: TRACE,
    span_id: named(spans, "GET /items/:id", 2).spanId,
    trace_flags: "01",
  });
  expect(at("in the manual span")).toMatchObject({
    trace_id: TRACE,
    span_id: named(spans, "business", 1).spanId,
  });
  expect(parsed[0]).not.toHaveProperty("trace_id");
});

test("a CommonJS service: roots have no parent, and the application can add to the server's span", async () => {
  await get("fastify.cjs", "/items/8");
  const [span] = await spansOf(({ attributes }) => attributes["app.id"] === "8", 1);
  expect(span).toMatchObject({
    name: "GET /items/:id",
    parentPresent: false,
    attributes: { "url.path": "/items/8" },
  });
  const line = (): string | undefined =>
    apps
      .get("fastify.cjs")
      ?.running.out()
      .split("\n")
      .find((one) => one.includes("in the handler"));
  await until(() => line() !== undefined, "the line of the handler");
  expect(line()).toContain(span?.traceId);
});

test("an error of the handler is an error of the server's span, without a word about what it was", async () => {
  await get("fastify.mjs", "/fail");
  const [span] = await spansOf(({ name }) => name === "GET /fail", 1);
  expect(span).toMatchObject({
    status: 2,
    attributes: { "http.response.status_code": 500, "error.type": "500" },
  });
  expect(JSON.stringify(span?.attributes)).not.toContain("planned");
});

test("trace context and baggage survive a carrier of the application", async () => {
  const carrier = await get("fastify.mjs", "/carrier");
  const spans = await spansOf(({ name }) => name === "consumer", 2);
  const server = named(spans, "GET /carrier", 2);
  expect(carrier["traceparent"]).toBe(`00-${server.traceId}-${server.spanId}-01`);
  expect(named(spans, "consumer", 1)).toMatchObject({
    parentId: server.spanId,
    attributes: { "batch.id": "b 1" },
  });
});

test("unknown routes are named by method, and their paths stay attributes without a query", async () => {
  await get("plain.mjs", "/some/path?token=secret");
  const [span] = await spansOf(({ attributes }) => attributes["url.path"] === "/some/path", 1);
  expect(span?.name).toBe("GET");
  expect(JSON.stringify(span?.attributes)).not.toContain("secret");
});

test("each of many requests on one connection keeps its own context", async () => {
  const answers = await Promise.all(Array.from({ length: 30 }, () => get("plain.mjs", "/later")));
  expect(answers.every(({ same }) => same === true)).toBe(true);
  expect(new Set(answers.map(({ traceId }) => traceId)).size).toBe(30);
});

test("pipelined requests get their own spans, in order", async () => {
  const socket = connect(Number(apps.get("plain.mjs")?.port), "127.0.0.1");
  const request = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;
  socket.write(["/later", "/p1", "/500", "/p2"].map(request).join(""));
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
  await until(() => text.includes("/p2"), "four answers");
  socket.destroy();
  await until(
    () => sink.spans.some(({ attributes }) => attributes["url.path"] === "/p2"),
    "the last span",
  );
  const seen = sink.spans.filter(({ attributes }) =>
    ["/p1", "/500", "/p2"].includes(String(attributes["url.path"])),
  );
  expect(
    seen.map(({ attributes }) => [attributes["url.path"], attributes["http.response.status_code"]]),
  ).toEqual([
    ["/p1", 200],
    ["/500", 500],
    ["/p2", 200],
  ]);
  for (const { traceId } of seen) expect(text).toContain(traceId);
});

test.each(["/slow", "/begun"])(
  "a client that goes away from %s leaves a span that says so",
  async (path) => {
    const socket = connect(Number(apps.get("plain.mjs")?.port), "127.0.0.1");
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
    await once(socket, "connect");
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.destroy();
    const [span] = await spansOf(({ attributes }) => attributes["url.path"] === path, 1);
    expect(span).toMatchObject({ status: 2, attributes: { "error.type": "aborted" } });
  },
);

test.each([
  ["garbage", "garbage"],
  ["two at once", `${PARENT}, ${PARENT}`],
  ["zeros", `00-${"0".repeat(32)}-${"0".repeat(16)}-01`],
])("a traceparent of %s begins a new trace", async (_, traceparent) => {
  const { traceId } = await get("plain.mjs", "/bad-parent", { traceparent });
  const [span] = await spansOf((one) => one.traceId === traceId, 1);
  expect(span?.parentPresent).toBe(false);
});

test("an unsampled caller is not recorded and keeps its ids in the context", async () => {
  const { traceId } = await get("plain.mjs", "/unsampled", {
    traceparent: `00-${"7".repeat(32)}-${"8".repeat(16)}-00`,
  });
  expect(traceId).toBe("7".repeat(32));
  await get("plain.mjs", "/after-unsampled");
  await spansOf(({ attributes }) => attributes["url.path"] === "/after-unsampled", 1);
  expect(sink.spans.some((span) => span.traceId === traceId)).toBe(false);
});

test("a failed call is a failed span with the reason's code", async () => {
  await get("fastify.mjs", "/unreachable");
  const spans = await spansOf(({ name }) => name === "GET /unreachable", 3);
  const clients = spans.filter(({ kind }) => kind === 3);
  expect(clients.map(({ status }) => status)).toEqual([2, 2]);
  expect(clients.map(({ attributes }) => attributes["error.type"])).toEqual([
    "ECONNREFUSED",
    "ECONNREFUSED",
  ]);
});

test("durations are measured for requests and calls, and the application's counters arrive", async () => {
  await until(() => sink.metrics.has("items.done"), "the counter");
  expect(sink.metrics.get("items.done")).toMatchObject({
    scope: "app",
    points: [{ value: 1, attributes: { kind: "test" } }],
  });
  const calls = sink.metrics.get("http.client.request.duration");
  expect(calls).toMatchObject({ unit: "s", kind: "histogram", temporality: 2 });
  await until(() => {
    const routes = sink.metrics
      .get("http.server.request.duration")
      ?.points.map(({ attributes }) => attributes["http.route"]);
    return routes?.includes("/items/:id") === true;
  }, "the route's duration");
  const point = sink.metrics
    .get("http.server.request.duration")
    ?.points.find(({ attributes }) => attributes["http.route"] === "/items/:id");
  expect(point?.attributes).toEqual({
    "http.request.method": "GET",
    "http.route": "/items/:id",
    "http.response.status_code": 200,
    "url.scheme": "http",
  });
  expect(point?.bounds).toEqual([
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
  ]);
});

test("nothing arrives that is not documented", () => {
  expect(undocumented(sink)).toEqual([]);
});

test("one connection carries everything a process has to say", () => {
  expect(sink.connections).toBe(apps.size);
});
