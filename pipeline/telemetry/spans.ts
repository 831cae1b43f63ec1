import {
  type Attributes,
  type Context,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import { asPipelineError } from "../domain/errors.ts";

export { SpanKind };

export interface Operation {
  name: string;
  kind?: SpanKind;
  attributes?: Attributes;
  /** The active context when absent. */
  parent?: Context;
}

/** Errors that a span already tells about: an error passes many spans on its way out and is recorded at the first. */
const told = new WeakSet();

/** A message may hold words; types, codes and places are enough to find a bug. */
const recordFailure = (span: Span, thrown: unknown): void => {
  const error = asPipelineError(thrown);
  span.setAttribute("error.type", error.code ?? error.type);
  span.setStatus({ code: SpanStatusCode.ERROR });
  const identity = typeof thrown === "object" && thrown !== null ? thrown : error;
  if (told.has(identity)) return;
  told.add(identity);
  span.recordException({
    name: error.type,
    message: error.code ?? error.type,
    stack: error.stack?.replace(/^.*\n/, "") ?? "",
  });
};

/** One operation, one span: active while `work` runs, ended whatever happens. */
export const withSpan = async <T>(
  tracer: Tracer,
  { name, kind = SpanKind.INTERNAL, attributes, parent = context.active() }: Operation,
  work: (span: Span) => Promise<T>,
): Promise<T> => {
  const span = tracer.startSpan(name, attributes ? { kind, attributes } : { kind }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), work, undefined, span);
  } catch (error) {
    recordFailure(span, error);
    throw error;
  } finally {
    span.end();
  }
};
