import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { ClientRequest } from "node:http";
import { decodeMetrics, decodeTraces, type DecodedSpan } from "../../testing/otlp.ts";
import { takeRequest } from "../../testing/recorded.ts";
import { runIn } from "../core/context.ts";
import { Writer } from "../core/protobuf.ts";
import { settle } from "../core/settle.ts";
import type { Span } from "../core/span.ts";
import { stats } from "../core/stats.ts";
import { templates } from "../core/template.ts";
import { meters } from "../metrics/registry.ts";
import { onCreated, onError } from "./client.ts";
import { Call, complete, type Target } from "./outgoing.ts";
import { open } from "./server.ts";

let parent: Span;
let faults = 0;
beforeEach(() => {
  collected();
  faults = stats.faults;
  parent = open({ traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01` });
});
afterEach(() => expect(stats.faults).toBe(faults));

function collected(): DecodedSpan[] {
  settle();
  return decodeTraces(takeRequest()).spans;
}

/** How many calls of a method were measured. */
function measured(method: string): number {
  const out = new Writer();
  out.message(1, () => meters.collect().forEach((scope) => out.blob(2, scope)));
  const points = decodeMetrics(out.take()).metrics.flatMap((metric) =>
    metric.name === "http.client.request.duration" ? metric.points : [],
  );
  return points
    .filter(({ attributes }) => attributes["http.request.method"] === method)
    .reduce((sum, { count }) => sum + count, 0);
}

function call(target: Partial<Target>, status = 200): void {
  const made = new Call(parent);
  made.status = status;
  complete(made, { origin: "http://x", method: "GET", path: "/", ...target });
}

test("a call to what is no server spoils none behind it", () => {
  call({ origin: "http://a:99999", method: "PUT" });
  call({ method: "PUT" });
  expect(collected().map(({ attributes }) => attributes["server.address"])).toEqual([
    undefined,
    "x",
  ]);
  expect(measured("PUT")).toBe(2);
});

test.each([
  ["a:99999", "b", "b"],
  ["a:99999", "::1", "[::1]"],
  ["a:8080", "b", "a"],
  [undefined, "b", "b"],
])("a call with the header Host: %s, made to %s, is one to %s", (header, host, address) => {
  const request = { protocol: "http:", method: "GET", path: "/", headersSent: true, host };
  const asked = { ...request, getHeader: () => header } as unknown as ClientRequest;
  runIn(parent, () => onCreated({ request: asked }), []);
  onError({ request: asked, error: new Error("planned") });
  expect(collected().map(({ attributes }) => attributes["server.address"])).toEqual([address]);
});

test("calls to servers without end say where they went, and cost no more", () => {
  for (let port = 1; port <= 300; port++) call({ origin: `http://s:${port}`, path: "/p?q" });
  const before = templates.length;
  for (let port = 1; port <= 300; port++) call({ origin: `http://s:${port}`, path: "/p?q" });
  const urls = collected().map(({ attributes }) => attributes["url.full"]);
  expect(urls.slice(300)).toEqual(urls.slice(0, 300));
  expect(urls.slice(-1)).toEqual(["http://s:300/p"]);
  expect(templates.length).toBe(before);
});

test("answers without end are told apart by how they ended", () => {
  for (let status = 100; status < 1000; status++) call({ method: "HEAD" }, status);
  collected();
  const before = templates.length;
  for (const status of [399, 999]) call({ method: "COPY" }, status);
  const seen = collected().map(({ attributes, status }) => [attributes["error.type"], status]);
  expect(seen).toEqual([
    [undefined, 0],
    ["_OTHER", 2],
  ]);
  expect(templates.length).toBeLessThanOrEqual(before + 1);
});
