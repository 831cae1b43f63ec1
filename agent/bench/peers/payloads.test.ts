import { expect, test } from "@jest/globals";
import { datadog, elastic, readerOf, sentry } from "./payloads.ts";

const trace = "0123456789abcdef0000000000000002";
const other = "0123456789abcdef0000000000000003";

const lines = (...objects: object[]): string =>
  `${objects.map((one) => JSON.stringify(one)).join("\n")}\n`;

test("Datadog: every span of a list, its id in two halves of which one stands on one span only", () => {
  const payload = [
    [{ trace_id: 2n }, { trace_id: 2n, meta: { "_dd.p.tid": "0123456789abcdef" } }],
    [{ trace_id: 3, meta: { "_dd.p.tid": "0123456789abcdef" } }],
  ];
  expect(datadog(payload)).toEqual([trace, trace, other]);
});

test("Datadog: an id without an upper half begins with zeros", () => {
  expect(datadog([[{ trace_id: 2n }]])).toEqual(["00000000000000000000000000000002"]);
});

test("Elastic: transactions and spans, and nothing else", () => {
  const text = lines(
    { metadata: { service: { name: "bench" } } },
    { transaction: { trace_id: trace } },
    { span: { trace_id: trace } },
    { metricset: { samples: {} } },
    { span: { trace_id: other } },
  );
  expect(elastic(text)).toEqual([trace, trace, other]);
});

test("Sentry: the spans of an envelope, and none of its other items", () => {
  const text = lines(
    { sent_at: "2026-11-29T00:00:00Z" },
    { type: "span", item_count: 2 },
    {
      version: 2,
      items: [
        { trace_id: trace, span_id: "a" },
        { trace_id: other, span_id: "b" },
      ],
    },
    { type: "log", item_count: 1 },
    { items: [{ trace_id: trace, body: "a log record has no span of its own" }] },
  );
  expect(sentry(text)).toEqual([trace, other]);
});

test("what is no export of spans has no reader", () => {
  expect(readerOf("/telemetry/proxy/api/v2/apmtelemetry", "")).toBeUndefined();
  expect(readerOf("/intake/v2/events", "")).toBeDefined();
});
