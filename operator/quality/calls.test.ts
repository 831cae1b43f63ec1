import { describe, expect, test } from "@jest/globals";
import type { Span } from "../measurement/jaeger.ts";
import { calls } from "./calls.ts";
import { ask, span, trace } from "./testing/scene.ts";

const SECOND = 1_000_000;

/** The worker calls the api once, at a second; a difference is the request's. */
const call = (at: number, path = "/things"): Span =>
  span({
    spanId: `c${at}`,
    service: "worker",
    name: "GET",
    startMicros: at * SECOND,
    durationMicros: 50_000,
    tags: {
      "span.kind": "client",
      "http.request.method": "GET",
      "url.full": `http://api:3000${path}`,
    },
  });
const request = (at: number, difference: Partial<Span> = {}): Span =>
  span({
    spanId: `s${at}`,
    startMicros: at * SECOND + 5000,
    durationMicros: 40_000,
    tags: { "span.kind": "server", "http.request.method": "GET", "url.path": "/things" },
    ...difference,
  });

const kept = (at: number) => trace(call(at), request(at, { parentId: `c${at}` }));
const lost = (at: number, difference: Partial<Span> = {}) => [
  trace(call(at)),
  trace(request(at, difference)),
];

test("requests in the trace of their call are fine", () => {
  expect(ask(calls, "api", { traces: [kept(1), kept(2)] })).toEqual({
    verdict: "Match",
    message: "2 of 2 requests from other components are in the trace of the call",
  });
});

test("one that begins a trace of its own is found, although others do not", () => {
  expect(ask(calls, "api", { traces: [kept(1), kept(2), ...lost(3)] })).toEqual({
    verdict: "Differs",
    message:
      "1 of 3 requests that api gets from other components begin traces of their own: the context is lost on the way, first of worker to /things",
  });
});

const GET = { "span.kind": "server", "http.request.method": "GET" };

describe("a request is a stranger's", () => {
  test.each<[string, Partial<Span>]>([
    ["to another path", { tags: { ...GET, "url.path": "/other" } }],
    [
      "by another method",
      { tags: { ...GET, "http.request.method": "PUT", "url.path": "/things" } },
    ],
    ["before the call", { startMicros: 2 * SECOND }],
    ["that outlasts the call", { durationMicros: SECOND }],
  ])("%s", (_what, difference) => {
    const traces = [kept(1), ...lost(3, difference)];
    expect(ask(calls, "api", { traces })).toMatchObject({ verdict: "Match" });
  });

  test("when the call that it could be of has led to another one", () => {
    const traces = [trace(call(1), request(1, { parentId: "c1" })), trace(request(1))];
    expect(ask(calls, "api", { traces })).toMatchObject({ verdict: "Match" });
  });

  test("when one call would have to stand for two", () => {
    const traces = [...lost(3), trace(request(3, { spanId: "again" }))];
    expect(ask(calls, "api", { traces }).message).toContain("1 of 1 requests");
  });
});

test("without calls nothing is known", () => {
  expect(ask(calls, "api", { traces: [trace(request(1))] }).verdict).toBe("NoEvidence");
});
