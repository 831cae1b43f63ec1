/** The smallest provider that OpenTelemetry's API accepts: spans are kept, context follows promises, W3C headers are spoken. */
import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Attributes,
  type Context,
  context,
  type ContextManager,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanStatusCode,
  type TextMapPropagator,
  trace,
  TraceFlags,
  type Tracer,
} from "@opentelemetry/api";

export interface RecordedSpan {
  name: string;
  id: string;
  traceId: string;
  parent: string | undefined;
  attributes: Attributes;
  events: string[];
  exceptions: unknown[];
  failed: boolean;
}

export interface SpanRecorder {
  ended: RecordedSpan[];
  remove: () => void;
}

const hex = (length: number): string =>
  Array.from({ length }, () => Math.floor(Math.random() * 16).toString(16)).join("");

const createSpan = (name: string, parent: Context, end: (span: RecordedSpan) => void): Span => {
  const above = trace.getSpanContext(parent);
  const spanContext = {
    traceId: above?.traceId ?? hex(32),
    spanId: hex(16),
    traceFlags: TraceFlags.SAMPLED,
  };
  const kept: RecordedSpan = {
    name,
    id: spanContext.spanId,
    traceId: spanContext.traceId,
    parent: above?.spanId,
    attributes: {},
    events: [],
    exceptions: [],
    failed: false,
  };
  const span: Span = {
    spanContext: () => spanContext,
    setAttribute: (key, value) => {
      kept.attributes[key] = value;
      return span;
    },
    setAttributes: (attributes) => {
      Object.assign(kept.attributes, attributes);
      return span;
    },
    addEvent: (event) => {
      kept.events.push(event);
      return span;
    },
    addLink: () => span,
    addLinks: () => span,
    setStatus: ({ code }) => {
      kept.failed = code === SpanStatusCode.ERROR;
      return span;
    },
    updateName: () => span,
    end: () => end(kept),
    isRecording: () => true,
    recordException: (exception) => void kept.exceptions.push(exception),
  };
  return span;
};

const storage = new AsyncLocalStorage<Context>();

const manager: ContextManager = {
  active: () => storage.getStore() ?? ROOT_CONTEXT,
  with: (...[active, work, self, ...args]) =>
    storage.run(active, () => work.call(self as never, ...args)),
  bind: (active, target) =>
    typeof target === "function"
      ? (((...args: unknown[]) =>
          storage.run(active, () =>
            (target as (...args: unknown[]) => unknown)(...args),
          )) as typeof target)
      : target,
  enable: () => manager,
  disable: () => manager,
};

const propagator: TextMapPropagator<Record<string, string>> = {
  inject: (active, carrier) => {
    const span = trace.getSpanContext(active);
    if (span) carrier["traceparent"] = `00-${span.traceId}-${span.spanId}-01`;
    const entries = propagation.getBaggage(active)?.getAllEntries() ?? [];
    carrier["baggage"] = entries.map(([name, { value }]) => `${name}=${value}`).join(",");
  },
  extract: (active, carrier) => {
    const [, traceId, spanId] = carrier["traceparent"]?.split("-") ?? [];
    const pairs = (carrier["baggage"] ?? "").split(",").filter((pair) => pair !== "");
    const entries = pairs
      .map((pair) => pair.split("="))
      .map(([name = "", value = ""]) => [name, { value }] as const);
    const bagged = propagation.setBaggage(
      active,
      propagation.createBaggage(Object.fromEntries(entries)),
    );
    return traceId && spanId
      ? trace.setSpanContext(bagged, { traceId, spanId, traceFlags: TraceFlags.SAMPLED })
      : bagged;
  },
  fields: () => ["traceparent", "baggage"],
};

export const spanRecorder = (): SpanRecorder => {
  const ended: RecordedSpan[] = [];
  const tracer: Tracer = {
    startSpan: (name, options, parent = context.active()) => {
      const span = createSpan(name, parent, (one) => ended.push(one));
      return options?.attributes ? span.setAttributes(options.attributes) : span;
    },
    startActiveSpan: () => {
      throw new Error("not in use here");
    },
  };
  context.setGlobalContextManager(manager);
  propagation.setGlobalPropagator(propagator);
  trace.setGlobalTracerProvider({ getTracer: () => tracer });
  return {
    ended,
    remove: () => {
      context.disable();
      propagation.disable();
      trace.disable();
    },
  };
};
