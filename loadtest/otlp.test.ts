import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { onlyTrace, metricPoints, spanTraces } from "./otlp.ts";
import { field, fields } from "./protobuf.ts";
import { tally } from "./tally.ts";

const token = "00f1a5bca4d07e1e";
const trace = (n: number): string => token + n.toString(16).padStart(16, "0");
const text = (value: string): Uint8Array => Buffer.from(value);
/** start_time_unix_nano = 7, fixed64: must be skipped. */
const start = Uint8Array.from([7 * 8 + 1, 1, 2, 3, 4, 5, 6, 7, 8]);
const span = (id: string): Uint8Array =>
  field(2, [field(1, [Buffer.from(id, "hex")]), start, field(5, [text("GET /")])]);
const scope = (...ids: string[]): Uint8Array =>
  field(2, [field(1, [text("scope")]), ...ids.map(span)]);
const request = (...scopes: Uint8Array[]): Uint8Array =>
  field(1, [field(1, [text("resource")]), ...scopes]);

describe("reading export requests", () => {
  test("finds the trace of every span in every scope", () => {
    expect(spanTraces(request(scope(trace(2), trace(4)), scope(trace(4))))).toEqual([
      trace(2),
      trace(4),
      trace(4),
    ]);
  });

  test("keeps one trace with its resource and scope, and drops the rest", () => {
    const found = onlyTrace(request(scope(trace(2), trace(4)), scope(trace(6))), trace(4));
    expect(found).toEqual(Buffer.from(request(scope(trace(4)))));
    expect(onlyTrace(request(scope(trace(2))), trace(4))).toBeUndefined();
  });

  test("counts the points of all kinds of metrics", () => {
    const metric = (kind: number, points: number): Uint8Array =>
      field(2, [
        field(1, [text("name")]),
        field(
          kind,
          Array.from({ length: points }, () => field(1, [start])),
        ),
      ]);
    expect(metricPoints(field(1, [field(2, [metric(5, 1), metric(7, 2), metric(9, 3)])]))).toBe(6);
  });

  test("what is not protobuf is refused", () => {
    expect(() => spanTraces(text("{}"))).toThrow();
    expect(() => fields(Uint8Array.from([0x0a, 0x7f, 1]))).toThrow("ends behind its message");
  });

  test("a field that is written is read back", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20_000 }),
        fc.uint8Array({ maxLength: 500 }),
        (number, bytes) => {
          const [found, ...rest] = fields(field(number, [bytes]));
          expect(rest).toEqual([]);
          expect(found?.number).toBe(number);
          expect([...(found?.bytes ?? [])]).toEqual([...bytes]);
        },
      ),
    );
  });
});

describe("the tally", () => {
  test("counts spans and traces of its own attempt, and items that were off", () => {
    const counted = tally(token);
    counted.take("/v1/traces", request(scope(trace(2), trace(2), trace(3), "f".repeat(32))));
    counted.take("/v1/traces", request(scope(trace(3))));
    expect(counted.stats()).toMatchObject({ spans: 4, traces: 2, offTraces: 1, requests: 2 });
  });

  test("gives a trace back from however many requests it came in", () => {
    const counted = tally(token);
    counted.take("/v1/traces", request(scope(trace(2))));
    counted.take("/v1/traces", request(scope(trace(2), trace(4))));
    expect(counted.traceOf("2".padStart(16, "0"))).toHaveLength(2);
    expect(counted.traceOf("9".padStart(16, "0"))).toEqual([]);
  });

  test("does not grow with the length of a trial", () => {
    const counted = tally(token);
    for (let n = 0; n < 40; n += 1) counted.take("/v1/traces", request(scope(trace(2 * n))));
    expect(counted.traceOf("0".repeat(16))).toEqual([]);
    expect(counted.stats().traces).toBe(40);
  });
});
