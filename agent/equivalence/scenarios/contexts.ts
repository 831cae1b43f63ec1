/** Contexts as an application handles them: parents, baggage, carriers, and every way in which a context can get lost. */
import { EventEmitter, once } from "node:events";
import { AsyncResource } from "node:async_hooks";
import { Readable } from "node:stream";
import {
  context,
  createContextKey,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
} from "@opentelemetry/api";
import { play, type Scenario } from "../stage.ts";
import { within } from "../within.ts";

const tracer = trace.getTracer("app", "1.2.3");

const roots: Scenario = async () =>
  within("outer", async () => {
    tracer.startSpan("a root of its own", { root: true }).end();
    tracer.startSpan("in no context", {}, ROOT_CONTEXT).end();
    tracer.startActiveSpan("active root", { root: true }, (span) => {
      tracer.startSpan("below it").end();
      span.end();
    });
  });

const remoteParents: Scenario = async () => {
  const parent = (traceFlags: number) =>
    trace.setSpanContext(ROOT_CONTEXT, {
      traceId: "a".repeat(32),
      spanId: "b".repeat(16),
      traceFlags,
      isRemote: true,
    });
  const sampled = tracer.startSpan("of a sampled caller", {}, parent(1));
  const not = tracer.startSpan("of an unsampled caller", {}, parent(0));
  const invalid = tracer.startSpan(
    "of nobody",
    {},
    trace.setSpanContext(ROOT_CONTEXT, {
      traceId: "0".repeat(32),
      spanId: "0".repeat(16),
      traceFlags: 1,
    }),
  );
  const seen = [
    sampled.isRecording(),
    not.isRecording(),
    not.spanContext().traceId,
    not.spanContext().traceFlags,
  ];
  for (const span of [sampled, not, invalid]) span.end();
  return seen;
};

const carriers: Scenario = async () =>
  within("producer", async () => {
    const bag = propagation.createBaggage({
      "batch.id": { value: "b 1" },
      other: { value: "x,y" },
    });
    const carrier: Record<string, string> = {};
    propagation.inject(propagation.setBaggage(context.active(), bag), carrier);
    const extracted = propagation.extract(ROOT_CONTEXT, carrier);
    tracer.startSpan("consumer", { kind: SpanKind.CONSUMER }, extracted).end();
    const kept = propagation
      .getBaggage(extracted)
      ?.getAllEntries()
      .map(([key, { value }]) => [key, value]);
    return [
      Object.keys(carrier).toSorted(),
      carrier["baggage"],
      kept,
      propagation.fields().toSorted(),
    ];
  });

const baggage: Scenario = async () => {
  const bag = propagation.createBaggage({ "batch.id": { value: "7" }, secret: { value: "x" } });
  const at = propagation.setBaggage(ROOT_CONTEXT, bag);
  return context.with(at, () =>
    within("outer", async () => {
      tracer.startSpan("inner").end();
      const without = propagation.deleteBaggage(context.active());
      tracer.startSpan("without", {}, without).end();
      const changed = propagation.setBaggage(
        context.active(),
        bag.setEntry("batch.id", { value: "8" }),
      );
      tracer.startSpan("changed", {}, changed).end();
      return propagation.getActiveBaggage()?.getEntry("batch.id")?.value;
    }),
  );
};

const contextValues: Scenario = async () => {
  const key = createContextKey("own");
  return context.with(ROOT_CONTEXT.setValue(key, "value"), () =>
    within("outer", async () => {
      const seen = [context.active().getValue(key)];
      await new Promise(setImmediate);
      seen.push(context.active().getValue(key), context.active().deleteValue(key).getValue(key));
      return seen.map((value) => value ?? null);
    }),
  );
};

/** Where a context gets lost, when it gets lost. */
const crossings: Scenario = async () => {
  const seen: Record<string, boolean> = {};
  await within("outer", async () => {
    const outer = trace.getActiveSpan();
    const look = (name: string) => (): void => void (seen[name] = trace.getActiveSpan() === outer);
    await new Promise<void>((resolve) => setTimeout(() => (look("timer")(), resolve()), 1));
    await new Promise<void>((resolve) => setImmediate(() => (look("immediate")(), resolve())));
    await new Promise<void>((resolve) => process.nextTick(() => (look("tick")(), resolve())));
    await Promise.resolve().then(look("then"));
    queueMicrotask(look("microtask"));
    for await (const _ of Readable.from(["a"])) look("stream")();
    new AsyncResource("OWN").runInAsyncScope(look("resource"));
    const emitter = context.bind(context.active(), new EventEmitter());
    emitter.on("own", look("bound emitter"));
    setTimeout(() => emitter.emit("own"), 1);
    await once(emitter, "own");
    context.bind(ROOT_CONTEXT, () => (seen["unbound"] = trace.getActiveSpan() === undefined))();
    context.with(ROOT_CONTEXT, look("in no context"));
  });
  seen["afterwards"] = trace.getActiveSpan() === undefined;
  return seen;
};

const withThis: Scenario = async () => {
  const bound = context.bind(ROOT_CONTEXT, function (this: { a: number }, b: number) {
    return this.a + b;
  });
  const direct = context.with(
    ROOT_CONTEXT,
    function (this: { a: number }, b: number) {
      return this.a * b;
    },
    { a: 3 },
    4,
  );
  return [bound.call({ a: 1 }, 2), direct, bound.length];
};

const throwing: Scenario = async () => {
  const caught: unknown[] = [];
  try {
    tracer.startActiveSpan("throws", (span) => {
      span.end();
      throw new Error("of the application");
    });
  } catch (error) {
    caught.push((error as Error).message);
  }
  caught.push(trace.getActiveSpan() === undefined);
  return caught;
};

const tracers: Scenario = async () => {
  trace.getTracer("library", "0.1.0").startSpan("of a library").end();
  trace.getTracer("library", "0.2.0").startSpan("of its next version").end();
  trace.getTracer("other").startSpan("of another").end();
};

export const scenarios = {
  roots,
  remoteParents,
  carriers,
  baggage,
  contextValues,
  crossings,
  withThis,
  throwing,
  tracers,
};

if (import.meta.main) void play(scenarios);
