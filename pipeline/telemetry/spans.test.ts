import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { context, propagation, trace } from "@opentelemetry/api";
import { spanRecorder, type SpanRecorder } from "../testing/spans.ts";
import { PipelineError } from "../domain/errors.ts";
import { extracted, injected, withBatchBaggage } from "./carrier.ts";
import { withSpan } from "./spans.ts";

let spans: SpanRecorder;

beforeAll(() => {
  spans = spanRecorder();
});
afterAll(() => spans.remove());
beforeEach(() => {
  spans.ended.length = 0;
});

const tracer = () => trace.getTracer("test");

describe("withSpan", () => {
  test("makes one span per operation, the inner one a child of the outer one", async () => {
    await withSpan(tracer(), { name: "outer" }, () =>
      withSpan(tracer(), { name: "inner" }, async () => undefined),
    );
    const [inner, outer] = spans.ended;
    expect(spans.ended.map(({ name }) => name)).toEqual(["inner", "outer"]);
    expect(inner?.parent).toBe(outer?.id);
  });

  test("records an exception once, at the first span it passes, and marks all of them failed", async () => {
    const fail = withSpan(tracer(), { name: "outer" }, () =>
      withSpan(tracer(), { name: "inner" }, async () => {
        throw new PipelineError("Parsing", "about 사과", { status: 502 });
      }),
    );
    await expect(fail).rejects.toThrow("about");
    expect(
      spans.ended.map(({ name, exceptions, failed }) => ({
        name,
        exceptions: exceptions.length,
        failed,
      })),
    ).toEqual([
      { name: "inner", exceptions: 1, failed: true },
      { name: "outer", exceptions: 0, failed: true },
    ]);
  });

  test("tells type and code of a failure, never its words", async () => {
    await withSpan(tracer(), { name: "one" }, async () => {
      throw new PipelineError("Api", "about 사과", { status: 500 });
    }).catch(() => undefined);
    expect(JSON.stringify(spans.ended)).toContain("API_500");
    expect(JSON.stringify(spans.ended)).not.toMatch(/[가-힣]/);
  });
});

describe("the carrier", () => {
  test("takes trace and baggage through a message", async () => {
    await withSpan(tracer(), { name: "producer" }, async (span) => {
      const carrier = withBatchBaggage({ id: "b-1", size: 20 }, injected);
      const arrived = extracted(carrier);
      expect(trace.getSpanContext(arrived)?.spanId).toBe(span.spanContext().spanId);
      expect(propagation.getBaggage(arrived)?.getEntry("batch.id")?.value).toBe("b-1");
      expect(propagation.getBaggage(arrived)?.getEntry("batch.size")?.value).toBe("20");
    });
  });

  test("starts from nothing: what is active where messages are read is not their parent", async () => {
    await withSpan(tracer(), { name: "reader" }, async () => {
      expect(trace.getSpanContext(extracted({}))).toBeUndefined();
      expect(trace.getSpanContext(context.active())).toBeDefined();
    });
  });
});
