import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import {
  agentFolder,
  config,
  pause,
  run,
  until,
  type AgentFolder,
  type Running,
} from "./testing/rig.ts";
import { startSink, type Sink } from "./testing/sink.ts";

const TOKEN = "00c0ffee00c0ffee";
let sink: Sink;
let folder: AgentFolder;
let app: Running;
let port: string;
let sequence = 0;
/** Items with the long handler. */
let served = 0;

beforeAll(async () => {
  sink = await startSink();
  folder = await agentFolder(config({ endpoint: sink.endpoint, metricIntervalMs: 50 }));
  app = run("fastify.mjs", folder, { FLASHCARD_OTEL_TRIAL_TOKEN: TOKEN });
  port = await app.ready;
}, 60_000);
afterAll(async () => {
  app.child.kill("SIGTERM");
  await app.ended;
  await sink.close();
  await folder.remove();
});
beforeEach(() => {
  sink.spans.length = 0;
});

const traceparent = (nth: number): string =>
  `00-${TOKEN}${nth.toString(16).padStart(16, "0")}-1111111111111111-01`;

const item = (mark?: string, path = "/items/1") => {
  if (path === "/items/1") served++;
  return fetch(`http://127.0.0.1:${port}${path}`, {
    headers: {
      traceparent: traceparent(sequence++),
      ...(mark === undefined ? {} : { "flashcard-otel-trial": `${TOKEN};${mark}` }),
    },
  }).then((response) => response.json() as Promise<Record<string, { traceparent: string | null }>>);
};

const flush = async (): Promise<void> => {
  await item("off;flush", "/leaf");
  await pause(100);
};

test("items that are on are recorded whole, items that are off and probes not at all", async () => {
  for (const mark of ["on", "off", undefined, "on", "off"]) await item(mark);
  await flush();
  // Six spans per item: the route, the manual span, two calls and the two requests they make to the same process, which carry no
  // mark of their own and so are not recorded: four.
  const traces = Map.groupBy(sink.spans, ({ traceId }) => traceId);
  expect([...traces.keys()].map((id) => Number.parseInt(id.slice(16), 16))).toEqual([0, 3]);
  expect([...traces.values()].map((spans) => spans.map(({ name }) => name).toSorted())).toEqual([
    ["GET", "GET", "GET /items/:id", "business"],
    ["GET", "GET", "GET /items/:id", "business"],
  ]);
});

test("an item that is off carries nothing on and writes no ids into the log", async () => {
  await item("on");
  const lines = (text: string): number => app.out().split(text).length - 1;
  const last = "in the manual span";
  // What was written before it was answered may be read after it was.
  await until(() => lines(last) === served, "the last line of every item so far");
  const before = app.out().length;
  const { byFetch, byHttp } = await item("off");
  expect(byFetch?.traceparent).toBeNull();
  expect(byHttp?.traceparent).toBeNull();
  await until(() => lines(last) === served, "the line of the item that is off");
  expect(app.out().slice(before)).not.toContain("trace_id");
});

test("nothing leaves before it is asked for", async () => {
  await flush();
  sink.spans.length = 0;
  const { requests } = sink;
  for (let count = 0; count < 5; count++) await item("on");
  await pause(600);
  expect(sink.requests).toBe(requests);
  await flush();
  await until(() => sink.spans.length === 20, "20 spans");
});

test("a flush brings metrics too when their time has come, counted for items that were on only", async () => {
  await flush();
  const before = sink.metrics.get("items.done")?.points[0]?.value ?? 0;
  for (const mark of ["on", "off", "on", "off", "off"]) await item(mark);
  await flush();
  expect((sink.metrics.get("items.done")?.points[0]?.value ?? 0) - before).toBe(2);
});

test("a mark with another token is no mark", async () => {
  await item("off");
  await fetch(`http://127.0.0.1:${port}/items/1`, {
    headers: { "flashcard-otel-trial": "ffffffffffffffff;on" },
  });
  await flush();
  expect(sink.spans).toEqual([]);
});
