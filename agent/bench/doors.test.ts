import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { ask, doorsOf } from "./doors.ts";

const trace = "0123456789abcdef0000000000000002";
const headers = { traceparent: `00-${trace}-0000000000000001-01`, "flashcard-otel-trial": "x;on" };
const stats = { spans: 3, traces: 1, offTraces: 0, bytes: 500, requests: 1, metricPoints: 0 };

const answers: Record<string, string> = {
  "/items": "made",
  "/readyz": "ready",
  "/cpu": "123456789",
  "/stats": JSON.stringify(stats),
};
const seen: { request: IncomingMessage; body: string }[] = [];
const server = createServer((request, response) => {
  void text(request).then((body) => {
    seen.push({ request, body });
    const answer = answers[request.url ?? ""];
    response.writeHead(answer === undefined ? 503 : 200).end(answer ?? "overloaded");
  });
});
let url = "";

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});
beforeEach(() => {
  seen.length = 0;
});

const doors = (path = "/items", signal = new AbortController().signal) =>
  doorsOf({
    settings: {
      urls: { plain: "", injected: url },
      meters: { plain: "", injected: url },
      sink: url,
      flushPath: "/readyz",
    },
    item: (of) => ({ path, type: "text/csv", body: of }),
    write: () => undefined,
    signal,
  });

test("an item carries its mark, and what it sends knows its trace", async () => {
  await doors().item("injected", { headers, n: 0 });
  expect(seen).toHaveLength(1);
  const [{ request, body } = { request: undefined, body: "" }] = seen;
  expect(request?.headers).toMatchObject({ ...headers, "content-type": "text/csv" });
  expect([request?.method, request?.url, body]).toEqual(["POST", "/items", trace]);
});

test("everything goes over one connection", async () => {
  const { item, visit, cpu } = doors();
  await item("injected", { headers, n: 0 });
  await visit("injected", headers);
  await cpu("injected");
  expect(new Set(seen.map(({ request }) => request.socket)).size).toBe(1);
});

test("the plain twin does not exist: nothing is sent, nothing is used", async () => {
  const { item, visit, cpu } = doors();
  await item("plain", { headers, n: 0 });
  await visit("plain", headers);
  expect(await cpu("plain")).toBe(0);
  expect(seen).toEqual([]);
});

test("nanoseconds come from the meter, counts from the sink", async () => {
  expect(await doors().cpu("injected")).toBe(123_456_789);
  expect(await doors().stats()).toEqual(stats);
});

test("an item that is refused is an error with the answer in it", async () => {
  await expect(doors("/busy").item("injected", { headers, n: 0 })).rejects.toThrow(
    "status 503: overloaded",
  );
});

test("an interruption ends whatever is asked", async () => {
  const controller = new AbortController();
  controller.abort();
  await expect(ask(`${url}/items`, { signal: controller.signal })).rejects.toThrow("abort");
});
