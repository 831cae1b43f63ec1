/**
 * Spans, durations and baggage for any service, with `@opentelemetry/api` alone: copy this file. Without an agent or SDK it costs and
 * does nothing. What an error says is never recorded, since it may hold anybody's data; its type, code and place are enough to find
 * a bug.
 */
import {
  type Attributes,
  type BaggageEntry,
  type Context,
  context,
  type Histogram,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from "@opentelemetry/api";

/** What may be said about an error: words from a closed set. */
export interface Failure {
  /** `exception.type` */
  name: string;
  /** `error.type`; the name when absent. */
  code?: string | undefined;
  stack?: string | undefined;
}

export interface Operation {
  name: string;
  kind?: SpanKind;
  attributes?: Attributes;
  /** The active context when absent. */
  parent?: Context;
  /** Names and codes of errors when absent. */
  failure?: (error: unknown) => Failure;
}

/** One operation, one span: active while `work` runs, ended whatever happens. */
export const withSpan = <T>(tracer: Tracer, operation: Operation, work: (span: Span) => T): T => {
  const { name, kind = SpanKind.INTERNAL, attributes, parent = context.active() } = operation;
  const span = tracer.startSpan(name, attributes ? { kind, attributes } : { kind }, parent);
  return settled(
    () => context.with(trace.setSpan(parent, span), work, undefined, span),
    (error) => {
      if (error) recordFailure(span, error.thrown, operation.failure ?? failureOf);
      span.end();
    },
  );
};

/** How long `work` takes, in seconds, with `error.type` when it fails. */
export const timed = <T>(
  histogram: Pick<Histogram, "record">,
  work: () => T,
  attributes: Attributes = {},
): T => {
  const start = performance.now();
  return settled(work, (error) => {
    const failed = error ? { "error.type": errorType(failureOf(error.thrown)) } : {};
    histogram.record((performance.now() - start) / 1000, { ...attributes, ...failed });
  });
};

/** Runs `work` with more baggage, which every outgoing call and message carries on: never put anything about users into it. */
export const withBaggage = <T>(entries: Record<string, string>, work: () => T): T => {
  const active = context.active();
  const bagged: Record<string, BaggageEntry> = Object.fromEntries([
    ...(propagation.getBaggage(active)?.getAllEntries() ?? []),
    ...Object.entries(entries).map(([key, value]) => [key, { value }] as const),
  ]);
  return context.with(propagation.setBaggage(active, propagation.createBaggage(bagged)), work);
};

type Done = (error?: { thrown: unknown }) => void;

/** Calls `done` once, when `work` has returned or thrown, or when the promise it returned is settled. */
const settled = <T>(work: () => T, done: Done): T => {
  try {
    const result = work();
    if (result instanceof Promise) return finishing(result, done) as T;
    done();
    return result;
  } catch (thrown) {
    done({ thrown });
    throw thrown;
  }
};

const finishing = async (promise: Promise<unknown>, done: Done): Promise<unknown> => {
  let error: { thrown: unknown } | undefined;
  try {
    return await promise;
  } catch (thrown) {
    error = { thrown };
    throw thrown;
  } finally {
    done(error);
  }
};

const errorType = ({ name, code }: Failure): string => code ?? name;

const failureOf = (error: unknown): Failure => {
  if (!(error instanceof Error)) return { name: "_OTHER" };
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    code: typeof code === "string" ? code : undefined,
    stack: error.stack,
  };
};

/** Errors that a span already tells about: an error passes many spans on its way out and is recorded at the first. */
const told = new WeakSet();

const recordFailure = (span: Span, thrown: unknown, of: (error: unknown) => Failure): void => {
  const failure = of(thrown);
  span.setAttribute("error.type", errorType(failure));
  span.setStatus({ code: SpanStatusCode.ERROR });
  if (typeof thrown === "object" && thrown !== null) {
    if (told.has(thrown)) return;
    told.add(thrown);
  }
  span.recordException({
    name: failure.name,
    message: errorType(failure),
    stack: framesOf(failure.stack ?? ""),
  });
};

/** Without the message, which stands before the first place. */
const framesOf = (stack: string): string => {
  const first = stack.search(/^ {4}at /m);
  return first < 0 ? "" : stack.slice(first);
};
