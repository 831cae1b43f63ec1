import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type Attributes, propagation, trace } from "@opentelemetry/api";
import { spanRecorder, type SpanRecorder } from "../testing/spans.ts";
import { timed, withBaggage, withSpan } from "./helpers.ts";

let spans: SpanRecorder;

beforeAll(() => {
  spans = spanRecorder();
});
afterAll(() => spans.remove());
beforeEach(() => {
  spans.ended.length = 0;
});

const tracer = () => trace.getTracer("test");
const active = () => trace.getActiveSpan()?.spanContext().spanId;
const coded = (): never => {
  throw Object.assign(new TypeError("about\nsomebody"), { code: "E_CODE" });
};

test("withSpan: plain work answers at once, promised work later, and both are inside their span", async () => {
  const plain = withSpan(tracer(), { name: "plain" }, active);
  const promised = await withSpan(tracer(), { name: "promised" }, () => Promise.resolve(active()));
  expect([plain, promised]).toEqual(spans.ended.map(({ id }) => id));
  expect(active()).toBeUndefined();
});

test.each([
  ["thrown", coded],
  ["rejected", async () => coded()],
])(
  "withSpan: an error that is %s goes on as it was, told by type and never by word",
  async (_, work) => {
    const outer = () =>
      withSpan(tracer(), { name: "outer" }, () => withSpan(tracer(), { name: "inner" }, work));
    await expect((async () => outer())()).rejects.toThrow("somebody");
    expect(spans.ended).toMatchObject([
      { name: "inner", failed: true, attributes: { "error.type": "E_CODE" } },
      { name: "outer", failed: true, attributes: { "error.type": "E_CODE" }, exceptions: [] },
    ]);
    expect(spans.ended[0]?.exceptions).toMatchObject([{ name: "TypeError", message: "E_CODE" }]);
    expect(JSON.stringify(spans.ended)).not.toContain("somebody");
  },
);

test("timed: records seconds once, with the type of the error when there is one", async () => {
  const records: [number, Attributes | undefined][] = [];
  const histogram = {
    record: (value: number, attributes?: Attributes) => void records.push([value, attributes]),
  };
  expect(timed(histogram, () => 1, { step: "one" })).toBe(1);
  expect(await timed(histogram, () => Promise.resolve(2))).toBe(2);
  expect(() => timed(histogram, coded)).toThrow();
  await expect(timed(histogram, async () => coded())).rejects.toThrow();
  await expect(timed(histogram, () => Promise.reject({ text: 1 }))).rejects.toEqual({ text: 1 });
  expect(records.map(([, attributes]) => attributes)).toEqual([
    { step: "one" },
    {},
    { "error.type": "E_CODE" },
    { "error.type": "E_CODE" },
    { "error.type": "_OTHER" },
  ]);
  expect(records.every(([value]) => value >= 0)).toBe(true);
});

test("withBaggage: adds to what is there, and only inside", () => {
  const entry = (key: string) => propagation.getActiveBaggage()?.getEntry(key)?.value;
  const seen = withBaggage({ a: "1", b: "1" }, () =>
    withBaggage({ b: "2" }, () => [entry("a"), entry("b")]),
  );
  expect(seen).toEqual(["1", "2"]);
  expect(entry("a")).toBeUndefined();
});
