import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { EventEmitter } from "node:events";
import {
  type Context,
  context,
  createContextKey,
  metrics,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
  ValueType,
} from "@opentelemetry/api";
import {
  decodeMetrics,
  decodeTraces,
  type DecodedMetric,
  type DecodedSpan,
} from "../../testing/otlp.ts";
import { takeRequest } from "../../testing/recorded.ts";
import { allowBaggage } from "../core/bag.ts";
import { Writer } from "../core/protobuf.ts";
import { current, scopeOf } from "../core/context.ts";
import { sample } from "../core/sampling.ts";
import { shed } from "../core/shed.ts";
import { nextChild, Scope } from "../core/span.ts";
import { stats } from "../core/stats.ts";
import { mute } from "../core/switch.ts";
import { meters } from "../metrics/registry.ts";
import { alreadyRegistered, registerApi, unregisterApi } from "./register.ts";

// The application's own copy of the API, as every application has it. The agent is there before any of its code.
let tracer: Tracer;

function collected(): DecodedSpan[] {
  return decodeTraces(takeRequest()).spans;
}

function exported(): Map<string, DecodedMetric> {
  const out = new Writer();
  out.message(1, () => meters.collect().forEach((scope) => out.blob(2, scope)));
  return new Map(decodeMetrics(out.take()).metrics.map((metric) => [metric.name, metric]));
}

beforeAll(() => {
  expect(alreadyRegistered()).toBe(false);
  registerApi();
  tracer = trace.getTracer("tests");
});
afterAll(() => unregisterApi());
beforeEach(() => {
  mute(false);
  sample(1, true);
  collected();
});

test("the application's API finds us", () => {
  expect(alreadyRegistered()).toBe(true);
  const span = tracer.startSpan("manual");
  expect(span.isRecording()).toBe(true);
  span.end();
  expect(collected()).toMatchObject([{ name: "manual", kind: 1, parentPresent: false }]);
});

test("spans are of the tracer that started them", () => {
  trace.getTracer("library", "1.0.0").startSpan("first").end();
  trace.getTracer("library", "2.0.0").startSpan("second").end();
  trace.getTracer("library", "1.0.0").startSpan("first").setAttribute("rich", true).end();
  expect(collected().map(({ name, scope }) => [name, scope])).toEqual([
    ["first", "library@1.0.0"],
    ["first", "library@1.0.0"],
    ["second", "library@2.0.0"],
  ]);
});

test("tracers without end are one in the end", () => {
  for (let count = 0; count < 200; count++) trace.getTracer(`tracer ${count}`).startSpan("x").end();
  const scopes = collected().map(({ scope }) => scope);
  expect(scopes).toHaveLength(200);
  expect(new Set(scopes).size).toBeLessThanOrEqual(100);
  expect(scopes).toContain("flashcard-otel@");
});

test("after stepping back the API is as if we had never been there", () => {
  unregisterApi();
  expect(trace.getTracer("other").startSpan("x").isRecording()).toBe(false);
  expect(alreadyRegistered()).toBe(false);
  registerApi();
});

test("everything a span can be told arrives", () => {
  const other = tracer.startSpan("other");
  const span = tracer.startSpan("rich", {
    kind: SpanKind.PRODUCER,
    attributes: { text: "a", number: 1, yes: true, list: ["x"] },
    links: [{ context: other.spanContext(), attributes: { rel: "follows" } }],
    startTime: Date.now() - 1000,
  });
  span.setAttribute("later", 2.5).addEvent("happened", { n: 1 }).addEvent("bare");
  span.recordException(new TypeError("broken"));
  span.setStatus({ code: SpanStatusCode.ERROR, message: "why" }).updateName("renamed");
  span.end();
  span.setAttribute("too late", 1);
  const [seen] = collected();
  expect(seen).toMatchObject({
    name: "renamed",
    kind: 4,
    status: 2,
    message: "why",
    attributes: { text: "a", number: 1, yes: true, list: ["x"], later: 2.5 },
    links: [{ spanId: other.spanContext().spanId, attributes: { rel: "follows" } }],
  });
  expect(seen?.keys).not.toContain("too late");
  expect(seen?.events.map(({ name }) => name)).toEqual(["happened", "bare", "exception"]);
  expect(seen?.events[2]?.attributes).toMatchObject({
    "exception.type": "TypeError",
    "exception.message": "broken",
  });
  expect(Number(seen?.end) - Number(seen?.start)).toBeGreaterThan(9e8);
});

test("active spans nest across awaits, and siblings do not see each other", async () => {
  await tracer.startActiveSpan("outer", async (outer) => {
    await Promise.all(
      ["a", "b"].map((name) =>
        tracer.startActiveSpan(name, async (span) => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          expect(trace.getActiveSpan()).toBe(span);
          tracer.startSpan(`in ${name}`).end();
          span.end();
        }),
      ),
    );
    outer.end();
  });
  const spans = collected();
  const parent = (name: string) =>
    spans.find(({ spanId }) => spanId === spans.find((one) => one.name === name)?.parentId)?.name;
  expect([parent("in a"), parent("in b"), parent("a"), parent("outer")]).toEqual([
    "a",
    "b",
    "outer",
    undefined,
  ]);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
});

test("a span ends once", () => {
  const span = tracer.startSpan("once");
  span.end();
  span.end();
  expect(collected().length).toBe(1);
});

test("root: true begins a new trace inside another", () => {
  tracer.startActiveSpan("outer", (outer) => {
    const span = tracer.startSpan("root", { root: true });
    expect(span.spanContext().traceId).not.toBe(outer.spanContext().traceId);
  });
});

test("context values of the application travel with the span", () => {
  const key = createContextKey("mine");
  context.with(context.active().setValue(key, "value"), () => {
    tracer.startActiveSpan("inside", () => {
      expect(context.active().getValue(key)).toBe("value");
      expect(context.active().deleteValue(key).getValue(key)).toBeUndefined();
    });
  });
  expect(context.active().getValue(key)).toBeUndefined();
});

test("a context built on the API's own root is understood", () => {
  const span = tracer.startSpan("parent");
  const built = trace.setSpan(ROOT_CONTEXT, span);
  expect(trace.getSpan(built)).toBe(span);
  tracer.startSpan("child", {}, built).end();
  context.with(built, () => expect(trace.getActiveSpan()).toBe(span));
  expect(collected()[0]?.parentId).toBe(span.spanContext().spanId);
});

test("a span of another implementation is shown as given and is the parent by its ids", () => {
  const foreign = trace.wrapSpanContext({
    traceId: "1".repeat(32),
    spanId: "2".repeat(16),
    traceFlags: 1,
    isRemote: true,
  });
  context.with(trace.setSpan(context.active(), foreign), () => {
    expect(trace.getActiveSpan()).toBe(foreign);
    tracer.startSpan("child").end();
  });
  expect(collected()[0]).toMatchObject({ traceId: "1".repeat(32), parentId: "2".repeat(16) });
});

test("bound functions and emitters run in their context", () => {
  const span = tracer.startSpan("bound");
  const at = trace.setSpan(context.active(), span);
  const seen: unknown[] = [];
  context.bind(at, () => seen.push(trace.getActiveSpan()))();
  const emitter = context.bind(at, new EventEmitter());
  const listener = (): void => void seen.push(trace.getActiveSpan());
  emitter.on("x", listener);
  emitter.once("x", () => seen.push(trace.getActiveSpan()));
  emitter.emit("x");
  emitter.off("x", listener);
  emitter.emit("x");
  expect(seen).toEqual([span, span, span]);
});

test("trace context and baggage go through a carrier and come back", () => {
  allowBaggage(["batch.id"]);
  const carrier: Record<string, string> = {};
  const baggage = propagation.createBaggage({
    "batch.id": { value: "b/1" },
    "user.id": { value: "u" },
  });
  tracer.startActiveSpan("producer", (producer) => {
    context.with(propagation.setBaggage(context.active(), baggage), () => {
      propagation.inject(context.active(), carrier);
      tracer.startSpan("in baggage").end();
    });
    const extracted = propagation.extract(ROOT_CONTEXT, carrier);
    expect(propagation.getBaggage(extracted)?.getEntry("batch.id")?.value).toBe("b/1");
    tracer.startSpan("consumer", { kind: SpanKind.CONSUMER }, extracted).end();
    expect(collected()).toMatchObject([
      { name: "in baggage", attributes: { "batch.id": "b/1" } },
      {
        name: "consumer",
        parentId: producer.spanContext().spanId,
        attributes: { "batch.id": "b/1" },
        flags: 0x301,
      },
    ]);
  });
});

test("tracestate travels on and can be read", () => {
  const carrier = {
    traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
    tracestate: "a=1,b=2",
  };
  const extracted = propagation.extract(ROOT_CONTEXT, carrier);
  const span = tracer.startSpan("child", {}, extracted);
  expect(span.spanContext().traceState?.get("b")).toBe("2");
  expect(span.spanContext().traceState?.set("b", "3").serialize()).toBe("b=3,a=1");
  const onward: Record<string, string> = {};
  propagation.inject(trace.setSpan(ROOT_CONTEXT, span), onward);
  expect(onward["tracestate"]).toBe("a=1,b=2");
  span.end();
  expect(collected()[0]?.traceState).toBe("a=1,b=2");
});

test("a tracestate that is none does not travel", () => {
  const carrier = {
    traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
    tracestate: "a=b\r\nX-Admin: 1",
  };
  const onward: Record<string, string> = {};
  propagation.inject(propagation.extract(ROOT_CONTEXT, carrier), onward);
  expect(onward).toEqual({ traceparent: carrier.traceparent });
});

test("children of somebody else's span have ids of their own, whatever its id looks like", () => {
  const spanId = "b7ad6b71692033ff";
  const traceparent = `00-${"1".repeat(32)}-${spanId}-01`;
  const { span } = scopeOf(propagation.extract(ROOT_CONTEXT, { traceparent }));
  const low = (): number => (span === null ? 0 : nextChild(span));
  const ids = [low(), low(), low(), span?.s1];
  expect(new Set(ids).size).toBe(4);
});

test("a garbage carrier changes nothing", () => {
  const extracted = propagation.extract(ROOT_CONTEXT, { traceparent: "garbage", baggage: ",,," });
  expect(trace.getSpan(extracted)).toBeUndefined();
});

test("an unsampled trace records nothing and propagates its decision", () => {
  sample(0, true);
  const carrier: Record<string, string> = {};
  tracer.startActiveSpan("outer", (outer) => {
    expect(outer.isRecording()).toBe(false);
    tracer.startActiveSpan("inner", () => propagation.inject(context.active(), carrier));
    expect(carrier["traceparent"]).toMatch(
      new RegExp(`^00-${outer.spanContext().traceId}-[0-9a-f]{16}-00$`),
    );
  });
  expect(collected()).toEqual([]);
});

test("a silent span is its parent's id, so that callees never name one nobody knows", () => {
  const traceparent = `00-${"1".repeat(32)}-${"2".repeat(16)}-00`;
  const extracted = propagation.extract(ROOT_CONTEXT, { traceparent });
  tracer.startActiveSpan("x", {}, extracted, () => {
    const carrier: Record<string, string> = {};
    propagation.inject(context.active(), carrier);
    expect(carrier["traceparent"]).toBe(traceparent);
  });
});

test("muted, the API does nothing and still calls the application's work", () => {
  mute(true);
  const carrier = {};
  const counter = metrics.getMeter("tests").createCounter("muted.counter");
  const answer = tracer.startActiveSpan("x", (span) => {
    span.setAttribute("a", 1);
    span.end();
    counter.add(1);
    propagation.inject(context.active(), carrier);
    return 42;
  });
  expect(answer).toBe(42);
  expect(context.with(context.active(), () => 43)).toBe(43);
  expect(carrier).toEqual({});
  mute(false);
  expect(collected()).toEqual([]);
  expect(exported().has("muted.counter")).toBe(false);
});

test("a histogram shows traces behind its numbers, of recorded spans only, and each once", () => {
  const histogram = metrics
    .getMeter("tests")
    .createHistogram("t.traced", { advice: { explicitBucketBoundaries: [1, 10] } });
  const record = (value: number, times: number): void => {
    for (let time = 0; time < times; time++) histogram.record(value);
  };
  const span = tracer.startSpan("measured");
  context.with(trace.setSpan(ROOT_CONTEXT, span), () => record(5, 32));
  record(50, 32);
  const point = exported().get("t.traced")?.points[0];
  expect(point).toMatchObject({ count: 64, buckets: [0, 32, 32] });
  const { traceId, spanId } = span.spanContext();
  expect(point?.exemplars).toMatchObject([{ value: 5, traceId, spanId }]);
  expect(exported().get("t.traced")?.points[0]?.exemplars).toEqual([]);
});

const REMOTE = { traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 1 };

test.each<[string, () => unknown]>([
  ["null as options", () => tracer.startSpan("x", null as never).end()],
  ["a hostile attributes object", () => tracer.startSpan("x", { attributes: new Proxy({}, { ownKeys: () => { throw new Error("no"); } }) }).end()], // prettier-ignore
  ["garbage as context", () => tracer.startSpan("x", {}, 7 as never).end()],
  ["a symbol as name", () => tracer.startSpan(Symbol("x") as never).end()],
  ["a garbage kind", () => tracer.startSpan("x", { kind: "client" as never }).end()],
  [
    "a garbage status",
    () =>
      tracer
        .startSpan("x")
        .setStatus(null as never)
        .end(),
  ],
  ["a garbage link", () => tracer.startSpan("x", { links: [null as never, {} as never] }).end()],
  ["an exception with odd fields", () => tracer.startSpan("x").recordException({ message: {}, name: 7, stack: { frames: [] }, code: Object.create(null) } as never)], // prettier-ignore
  ["an exception that cannot be read", () => tracer.startSpan("x").recordException({ get message() { throw new Error("no"); } } as never)], // prettier-ignore
  [
    "a span context that was JSON",
    () => trace.setSpanContext(context.active(), { ...REMOTE, traceState: {} as never }),
  ],
  ["null as span context", () => trace.setSpanContext(context.active(), null as never)],
  [
    "a span context that cannot be read",
    () => trace.setSpanContext(context.active(), { ...REMOTE, traceFlags: 1n as never }),
  ],
  [
    "a span without a context",
    () => trace.setSpan(context.active(), { spanContext: () => null } as never),
  ],
  [
    "baggage without an entry",
    () =>
      propagation.setBaggage(
        context.active(),
        propagation.createBaggage({ user: undefined as never }),
      ),
  ],
  [
    "baggage without metadata",
    () =>
      propagation.setBaggage(
        context.active(),
        propagation.createBaggage({ user: { value: "x", metadata: null as never } }),
      ),
  ],
  [
    "baggage of no entries",
    () => propagation.setBaggage(context.active(), { getAllEntries: () => [7] } as never),
  ],
  ["a thrown null", () => tracer.startSpan("x").recordException(null as never)],
  [
    "an event without a name",
    () =>
      tracer
        .startSpan("x")
        .addEvent(undefined as never)
        .end(),
  ],
  [
    "no number as measurement",
    () =>
      metrics
        .getMeter("t")
        .createHistogram("bad")
        .record("1" as never),
  ],
  ["getters that throw as metric attributes", () => metrics.getMeter("t").createCounter("bad2").add(1, { get a() { throw new Error("no"); } })], // prettier-ignore
])("%s does not throw into the application", (_, call) => {
  expect(call).not.toThrow();
  expect(() => collected()).not.toThrow();
});

test("a value that cannot be read leaves the context as it is", () => {
  const at = context.active();
  expect(propagation.setBaggage(at, { getAllEntries: () => [7] } as never)).toBe(at);
});

test("an exception with odd fields says what can be read of it", () => {
  const span = tracer.startSpan("odd");
  span.recordException({ message: "m", code: {}, stack: {} } as never);
  span.end();
  expect(collected()[0]?.events[0]?.attributes).toEqual({
    "exception.type": "Error",
    "exception.message": "m",
  });
});

test("a span context that was JSON keeps its ids", () => {
  const at = trace.setSpanContext(context.active(), { ...REMOTE, traceState: {} as never });
  tracer.startSpan("child", {}, at).end();
  expect(collected()).toMatchObject([{ traceId: REMOTE.traceId, parentId: REMOTE.spanId }]);
});

test("as JSON, spans and contexts are ids", () => {
  const span = tracer.startSpan("x");
  const { traceId, spanId } = span.spanContext();
  const ids = { traceId, spanId, traceFlags: 1 };
  const at = trace.setSpan(context.active(), span);
  expect(JSON.parse(JSON.stringify([span, at, { span }]))).toEqual([ids, ids, { span: ids }]);
  expect(JSON.stringify(new Scope(null, null, null))).toBe("{}");
});

test("an error of the application passes through an active span unchanged", () => {
  const planned = new Error("planned");
  expect(() =>
    tracer.startActiveSpan("x", () => {
      throw planned;
    }),
  ).toThrow(planned);
});

test("every kind of instrument is exported", async () => {
  const meter = metrics.getMeter("tests", "2");
  meter.createCounter("t.counter", { unit: "1", valueType: ValueType.INT }).add(3, { k: "a" });
  meter.createUpDownCounter("t.updown").add(-2);
  meter.createHistogram("t.histogram", { advice: { explicitBucketBoundaries: [1, 10] } }).record(5);
  meter.createHistogram("t.default").record(5);
  meter.createGauge("t.gauge").record(7);
  meter.createObservableCounter("t.oc").addCallback((result) => result.observe(11));
  meter.createObservableUpDownCounter("t.ou").addCallback((result) => result.observe(-11));
  const gauge = meter.createObservableGauge("t.og");
  const second = meter.createObservableGauge("t.og2");
  meter.addBatchObservableCallback(
    (result) => {
      result.observe(gauge, 1, { q: "x" });
      result.observe(second, 2);
    },
    [gauge, second],
  );
  const seen = exported();
  const value = (name: string) => seen.get(name)?.points[0]?.value;
  expect(["t.counter", "t.updown", "t.gauge", "t.oc", "t.ou", "t.og", "t.og2"].map(value)).toEqual([
    3, -2, 7, 11, -11, 1, 2,
  ]);
  expect(seen.get("t.histogram")?.points[0]).toMatchObject({ buckets: [0, 1, 0], bounds: [1, 10] });
  expect(seen.get("t.default")?.points[0]?.bounds.length).toBe(15);
  expect(seen.get("t.counter")).toMatchObject({ scope: "tests", monotonic: true });
});

test("a counter takes no negative numbers, and no numbers that are none", () => {
  const counter = metrics.getMeter("tests").createCounter("t.strict");
  counter.add(1);
  counter.add(-5);
  counter.add(Number.NaN);
  expect(exported().get("t.strict")?.points[0]?.value).toBe(1);
});

test("an observable that is created again and again is one, with what all of its callbacks observe", () => {
  const meter = metrics.getMeter("tests");
  for (const q of ["a", "b", "c"])
    meter.createObservableGauge("t.again").addCallback((result) => result.observe(1, { q }));
  const again = meter.createObservableGauge("t.again");
  meter.addBatchObservableCallback((result) => result.observe(again, 2, { q: "d" }), [again]);
  const points = exported().get("t.again")?.points ?? [];
  expect(points.map(({ attributes }) => attributes["q"])).toEqual(["a", "b", "c", "d"]);
});

test("what is no text in a description is none, and every number leaves", () => {
  const meter = metrics.getMeter("tests", 2 as never);
  const options = { unit: 1, description: { text: "x" } } as never;
  meter.createCounter("t.careless", options).add(1);
  expect(exported().get("t.careless")).toMatchObject({ unit: "1", points: [{ value: 1 }] });
});

test("a callback whose promise is broken is no fault of ours", async () => {
  const before = stats.faults;
  const gauge = metrics.getMeter("tests").createObservableGauge("t.broken");
  gauge.addCallback(() => Promise.reject(new Error("planned")));
  exported();
  await Promise.resolve();
  expect(stats.faults).toBe(before);
});

test("an observation that is not repeated disappears", () => {
  const values = ["a", "b"];
  const gauge = metrics.getMeter("tests").createObservableGauge("t.gone");
  gauge.addCallback((result) => values.forEach((q) => result.observe(1, { q })));
  gauge.addCallback(() => Promise.reject(new Error("planned")));
  expect(exported().get("t.gone")?.points.length).toBe(2);
  values.pop();
  expect(exported().get("t.gone")?.points.length).toBe(1);
});

test("a context that cannot be read is an empty one, and the application's work is done", () => {
  const broken = {
    getValue: () => {
      throw new Error("no");
    },
  } as unknown as Context;
  expect(tracer.startSpan("x", {}, broken).isRecording()).toBe(true);
  expect(tracer.startActiveSpan("y", {}, broken, () => "done")).toBe("done");
  expect(context.with(broken, () => "done")).toBe("done");
});

test("work in a request that is not looked at enters no context, whoever starts its spans and however", () => {
  shed({ details: false, calls: false, share: 0 });
  try {
    const span = tracer.startSpan("manual");
    const inside = context.with(trace.setSpan(context.active(), span), () => current());
    expect(inside).toBeUndefined();
    expect(tracer.startActiveSpan("active", () => current())).toBeUndefined();
    expect(collected()).toEqual([]);
  } finally {
    shed({ details: true, calls: true, share: 1 });
  }
});
