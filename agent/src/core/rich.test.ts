/** What the agent encodes, as OpenTelemetry's own message classes read it. */
import { beforeEach, expect, test } from "@jest/globals";
import { officialSpans, type OfficialSpan } from "../../testing/official.ts";
import { root, takeRequest } from "../../testing/recorded.ts";
import { fromEpochMs, now } from "./clock.ts";
import { Details } from "./details.ts";
import { recordChild, recordSpan, withDetails } from "./ring.ts";
import { nextChild } from "./span.ts";
import { CLIENT, register, SERVER } from "./template.ts";

const collected = (): OfficialSpan[] => officialSpans(takeRequest());

beforeEach(() => {
  collected();
});

test("a plain span and its child are what they were recorded as", () => {
  const span = root();
  const served = register({ name: "GET /items/:id", kind: SERVER, attributes: { "a.b": "c" } });
  const called = register({ name: "SELECT", kind: CLIENT, error: true });
  recordChild(called, span, nextChild(span), span.start, now());
  recordSpan(served, span, now());
  const [child, parent] = collected();
  const { traceId, spanId } = span.spanContext();
  expect(parent).toMatchObject({
    traceId,
    spanId,
    parentSpanId: "",
    name: "GET /items/:id",
    kind: SERVER,
    attributes: { "a.b": "c" },
    status: { code: 0, message: "" },
    scope: { name: "flashcard-otel", version: "" },
  });
  expect(child).toMatchObject({
    traceId,
    parentSpanId: spanId,
    name: "SELECT",
    status: { code: 2 },
  });
  expect(child?.spanId).not.toBe(spanId);
});

test("everything that can be said about a span arrives", () => {
  const details = new Details();
  details.name = "renamed";
  details.state = "vendor=1";
  const attributes = {
    text: "é",
    int: -5,
    double: 0.5,
    yes: true,
    list: ["a", 1],
    map: { k: null },
  };
  details.setAll({ ...attributes, bytes: new Uint8Array([1, 255]) });
  details.addEvent({ name: "event", at: fromEpochMs(1_700_000_000_000), attributes: [["k", "v"]] });
  const context = { traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 1 };
  details.addLink({ context, attributes: { why: "because" } });
  details.setStatus(2, "it broke");
  withDetails(details);
  recordSpan(register({ name: "template", kind: SERVER }), root(), now());
  const [span] = collected();
  expect(span).toMatchObject({
    name: "renamed",
    traceState: "vendor=1",
    attributes: { ...attributes, bytes: { bytes: "01ff" } },
    events: [{ name: "event", attributes: { k: "v" } }],
    links: [{ traceId: context.traceId, spanId: context.spanId, attributes: { why: "because" } }],
    status: { code: 2, message: "it broke" },
  });
  const milliseconds = Number((span?.events[0]?.time ?? 0n) / 1_000_000n);
  expect(Math.abs(milliseconds - 1_700_000_000_000)).toBeLessThan(2);
});

test("holes of an array are null, and nothing else suffers from them", () => {
  const details = new Details();
  // oxlint-disable-next-line no-sparse-arrays -- that is what it is about.
  details.setAll({ sparse: [1, , 2], after: "here" });
  withDetails(details);
  recordSpan(register({ name: "sparse", kind: SERVER }), root(), now());
  expect(collected()).toMatchObject([{ attributes: { sparse: [1, null, 2], after: "here" } }]);
});

test("a link has ids of full length, or there is none", () => {
  const details = new Details();
  const link = (traceId: string, spanId: string): void =>
    details.addLink({ context: { traceId, spanId, traceFlags: 1 } });
  link("1".repeat(16), "2".repeat(16));
  link("1".repeat(32), "2".repeat(8));
  link("no id", "2".repeat(16));
  link("", "");
  withDetails(details);
  recordSpan(register({ name: "linked", kind: SERVER }), root(), now());
  expect(collected()[0]?.links.map(({ traceId }) => traceId)).toEqual([
    "0".repeat(16) + "1".repeat(16),
  ]);
});

test("limits are kept and what is beyond is counted", () => {
  const details = new Details();
  for (let count = 0; count < 200; count++) {
    details.set(`a${count}`, count);
    details.addEvent({ name: "e", at: now(), attributes: [] });
  }
  withDetails(details);
  recordSpan(register({ name: "much", kind: SERVER }), root(), now());
  const [span] = collected();
  expect(Object.keys(span?.attributes ?? {})).toHaveLength(128);
  expect(span?.dropped).toEqual({ attributes: 72, events: 72, links: 0 });
});
