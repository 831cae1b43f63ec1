/** What the agent writes for a collector, as somebody reads it on a console. */
import { beforeEach, describe, expect, test } from "@jest/globals";
import { root, takeRequest } from "../../testing/recorded.ts";
import { fromEpochMs, now } from "../core/clock.ts";
import { Details } from "../core/details.ts";
import { Writer } from "../core/protobuf.ts";
import { recordChild, recordSpan, withDetails } from "../core/ring.ts";
import { nextChild } from "../core/span.ts";
import { CLIENT, register, SERVER } from "../core/template.ts";
import { keepRecord, takeRecords } from "../logs/records.ts";
import { Meters } from "../metrics/registry.ts";
import { linesOf } from "./lines.ts";

const SCOPE = { name: "tests", version: "1" };

const parsed = (path: string, request: Uint8Array): Record<string, unknown>[] =>
  linesOf(path, request).map((line) => JSON.parse(line) as Record<string, unknown>);

/** As the exporter puts scopes together. */
const around = (scopes: Uint8Array[]): Uint8Array => {
  const out = new Writer();
  out.message(1, () => scopes.forEach((scope) => out.blob(2, scope)));
  return out.take();
};

beforeEach(() => {
  takeRequest();
  takeRecords();
});

describe("a span", () => {
  const spans = (): Record<string, unknown>[] => parsed("/v1/traces", takeRequest());

  test("is one line that says who its parent is and how long it took", () => {
    const span = root();
    const end = span.start + 2;
    recordChild(
      register({ name: "SELECT", kind: CLIENT, error: true }),
      span,
      nextChild(span),
      span.start,
      end,
    );
    recordSpan(register({ name: "GET /items", kind: SERVER, attributes: { a: 1 } }), span, end);
    const [child, parent] = spans();
    const { traceId, spanId } = span.spanContext();
    expect(parent).toMatchObject({
      instrumentationScope: { name: "flashcard-otel" },
      traceId,
      id: spanId,
      name: "GET /items",
      kind: 1,
      attributes: { a: 1 },
      status: { code: 0 },
      events: [],
      links: [],
    });
    expect(parent).not.toHaveProperty("parentSpanContext");
    expect(child).toMatchObject({
      parentSpanContext: { traceId, spanId },
      kind: 2,
      status: { code: 2 },
      attributes: {},
    });
    expect(Math.abs(Number(child?.["duration"]) - 2000)).toBeLessThan(2);
    expect(Math.abs(Number(child?.["timestamp"]) - 1000 * Date.now())).toBeLessThan(60_000_000);
  });

  test("shows every kind of value, events and links", () => {
    const attributes = {
      text: "é\n",
      int: -5,
      double: 0.5,
      yes: true,
      no: false,
      list: ["a", 1],
      map: { k: null },
    };
    const details = new Details();
    details.setAll({ ...attributes, bytes: new Uint8Array([1, 255]) });
    details.addEvent({
      name: "event",
      at: fromEpochMs(1_700_000_000_000),
      attributes: [["k", "v"]],
    });
    const context = { traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 1 };
    details.addLink({ context, attributes: { why: "because" } });
    details.setStatus(2, "it broke");
    withDetails(details);
    recordSpan(register({ name: "rich", kind: SERVER }), root(), now());
    expect(spans()).toMatchObject([
      {
        attributes: { ...attributes, bytes: "Af8=" },
        events: [{ name: "event", attributes: { k: "v" } }],
        links: [
          { traceId: context.traceId, spanId: context.spanId, attributes: { why: "because" } },
        ],
        status: { code: 2, message: "it broke" },
      },
    ]);
  });
});

test("a metric is one line with all its points", () => {
  const meters = new Meters();
  const counter = meters.instrument(SCOPE, { name: "c", kind: "counter", unit: "s" });
  counter.series({ a: 1 }).record(2);
  counter.series({ a: 2 }).record(0.5);
  meters.instrument(SCOPE, { name: "i", kind: "upDown", integer: true }).series({}).record(-7);
  meters.instrument(SCOPE, { name: "g", kind: "gauge" }).series({}).record(1.5);
  const bounds = [1, 2];
  const histogram = meters.instrument(SCOPE, { name: "h", kind: "histogram", bounds });
  for (const value of [0.5, 1.5, 9]) histogram.series({}).record(value);
  expect(parsed("/v1/metrics", around(meters.collect()))).toMatchObject([
    {
      instrumentationScope: SCOPE,
      descriptor: { name: "c", unit: "s", type: "SUM" },
      dataPoints: [
        { attributes: { a: 1 }, value: 2 },
        { attributes: { a: 2 }, value: 0.5 },
      ],
    },
    { descriptor: { name: "i" }, dataPoints: [{ attributes: {}, value: -7 }] },
    { descriptor: { name: "g", type: "GAUGE" }, dataPoints: [{ value: 1.5 }] },
    {
      descriptor: { name: "h", type: "HISTOGRAM" },
      dataPoints: [
        { value: { count: 3, sum: 11, min: 0.5, max: 9, counts: [1, 1, 1], boundaries: bounds } },
      ],
    },
  ]);
});

test("a log record is one line with the ids of its span", () => {
  const span = root();
  keepRecord(SCOPE, {
    at: fromEpochMs(1_700_000_000_000),
    severity: 17,
    severityText: "ERROR",
    eventName: "order.failed",
    body: { why: ["it", "broke"] },
    attributes: [["a", 1]],
    span,
  });
  const { traceId, spanId } = span.spanContext();
  expect(parsed("/v1/logs", around(takeRecords()))).toMatchObject([
    {
      instrumentationScope: SCOPE,
      severityNumber: 17,
      severityText: "ERROR",
      eventName: "order.failed",
      body: { why: ["it", "broke"] },
      attributes: { a: 1 },
      traceId,
      spanId,
      traceFlags: 1,
    },
  ]);
});

test("nothing is no line", () => {
  expect(linesOf("/v1/traces", new Uint8Array(0))).toEqual([]);
});
