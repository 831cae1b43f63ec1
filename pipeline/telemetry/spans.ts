/** Spans of the pipeline: as the helpers have them, with errors in the pipeline's own words. */
import { type Span, type Tracer } from "@opentelemetry/api";
import { asPipelineError } from "../domain/errors.ts";
import { type Failure, type Operation, withSpan as span } from "./helpers.ts";

const failure = (thrown: unknown): Failure => {
  const { type, code, stack } = asPipelineError(thrown);
  return { name: type, code, stack };
};

export const withSpan = <T>(
  tracer: Tracer,
  operation: Operation,
  work: (span: Span) => Promise<T>,
): Promise<T> => span(tracer, { ...operation, failure }, work);
