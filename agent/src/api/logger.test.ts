import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { context, trace } from "@opentelemetry/api";
import { logs, type Logger, SeverityNumber } from "@opentelemetry/api-logs";
import { decodeLogs, type DecodedLog } from "../../testing/otlp.ts";
import { Writer } from "../core/protobuf.ts";
import { sample } from "../core/sampling.ts";
import { stats } from "../core/stats.ts";
import { mute } from "../core/switch.ts";
import { takeRecords } from "../logs/records.ts";
import { exportLogs, registerLogs } from "./logger.ts";
import { registerApi, unregisterApi } from "./register.ts";

// The application's own copy of the API, as every application has it. The agent is there before any of its code.
let logger: Logger;

beforeAll(() => {
  registerApi();
  logger = logs.getLogger("tests", "1");
});
afterAll(() => unregisterApi());
beforeEach(() => {
  mute(false);
  exportLogs(true);
  sample(1, true);
  takeRecords();
});

function collected(): DecodedLog[] {
  const out = new Writer();
  out.message(1, () => takeRecords().forEach((scope) => out.blob(2, scope)));
  return decodeLogs(out.take());
}

test("a record arrives with everything that was said about it, once", () => {
  const timestamp = Date.now() - 5000;
  logger.emit({
    timestamp,
    severityNumber: SeverityNumber.ERROR,
    severityText: "ERROR",
    eventName: "order.failed",
    body: { message: "no stock", items: [1, 2.5, true, null] },
    attributes: { "order.id": "7", retries: 3 },
    exception: new TypeError("broken"),
  });
  const [record] = collected();
  expect(record).toMatchObject({
    scope: "tests",
    severity: 17,
    severityText: "ERROR",
    eventName: "order.failed",
    body: { message: "no stock", items: [1, 2.5, true, undefined] },
    attributes: { "order.id": "7", retries: 3, "exception.type": "TypeError" },
    traceId: "",
  });
  expect(Math.abs(Number((record?.at ?? 0n) / 1_000_000n) - timestamp)).toBeLessThan(5);
  expect(collected()).toEqual([]);
});

test.each([
  [1, 1],
  [0, 0],
])("records carry the ids of the span they were written in, sampled at %d", (ratio, flags) => {
  sample(ratio, true);
  const span = trace.getTracer("tests").startSpan("work");
  context.with(trace.setSpan(context.active(), span), () => logger.emit({ body: "inside" }));
  const { traceId, spanId } = span.spanContext();
  expect(collected()).toMatchObject([{ body: "inside", traceId, spanId, flags }]);
});

test("a context that is given outranks the current one", () => {
  const span = trace.getTracer("tests").startSpan("elsewhere");
  logger.emit({ body: "x", context: trace.setSpan(context.active(), span) });
  expect(collected()[0]?.spanId).toBe(span.spanContext().spanId);
});

test("nothing is kept while the agent is silent or logs are not exported", () => {
  mute(true);
  logger.emit({ body: "muted" });
  expect(logger.enabled()).toBe(false);
  mute(false);
  exportLogs(false);
  logger.emit({ body: "not exported" });
  expect(collected()).toEqual([]);
});

test("memory is bounded, and what finds no room is counted", () => {
  const before = stats.droppedLogs;
  const body = "x".repeat(8000);
  for (let n = 0; n < 200; n++) logger.emit({ body });
  const kept = collected().length;
  expect(kept).toBeLessThan(200);
  expect(stats.droppedLogs - before).toBe(200 - kept);
});

test("a provider of the application's own takes our place", () => {
  const emitted: unknown[] = [];
  const own = { getLogger: () => ({ emit: (record: unknown) => void emitted.push(record) }) };
  logs.setGlobalLoggerProvider(own as never);
  logs.getLogger("mine").emit({ body: "x" });
  logs.disable();
  registerLogs();
  expect(emitted).toEqual([{ body: "x" }]);
  expect(collected()).toEqual([]);
});

test.each<[string, unknown]>([
  ["nothing", undefined],
  ["null", null],
  ["a hostile object", new Proxy({}, { get: () => { throw new Error("no"); } })], // prettier-ignore
  ["nonsense everywhere", { severityNumber: "x", body: Symbol("x"), attributes: 7, timestamp: "now" }], // prettier-ignore
])("%s does not throw into the application", (_, given) => {
  expect(() => logger.emit(given as never)).not.toThrow();
  expect(() => collected()).not.toThrow();
});
