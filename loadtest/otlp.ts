/** What the sink reads in OTLP export requests (opentelemetry-proto 1.x): field numbers are those of its .proto files. */
import { field, fields, nested } from "./protobuf.ts";

/** Hex trace ids of all spans, one per span. resource_spans = 1, scope_spans = 2, spans = 2, trace_id = 1. */
export const spanTraces = (request: Uint8Array): string[] =>
  nested(request, 1)
    .flatMap((resource) => nested(resource, 2))
    .flatMap((scope) => nested(scope, 2))
    .map(traceOf);

const traceOf = (span: Uint8Array): string => {
  const [id] = nested(span, 1);
  return id ? Buffer.from(id).toString("hex") : "";
};

/** gauge = 5, sum = 7, histogram = 9, exponential_histogram = 10, summary = 11; in each data_points = 1. */
const POINTS = [5, 7, 9, 10, 11];

/** resource_metrics = 1, scope_metrics = 2, metrics = 2. */
export const metricPoints = (request: Uint8Array): number =>
  nested(request, 1)
    .flatMap((resource) => nested(resource, 2))
    .flatMap((scope) => nested(scope, 2))
    .flatMap((metric) => POINTS.flatMap((kind) => nested(metric, kind)))
    .reduce((sum, data) => sum + nested(data, 1).length, 0);

/** The same request with the spans of one trace only; undefined when there is none. */
export const onlyTrace = (request: Uint8Array, traceId: string): Uint8Array | undefined => {
  const resources = fields(request).flatMap((resource) => {
    const scopes = fields(resource.bytes).flatMap((scope) =>
      scope.number === 2 ? (scopeWith(scope.bytes, traceId) ?? []) : [scope.raw],
    );
    const hasSpans =
      scopes.length > fields(resource.bytes).filter(({ number }) => number !== 2).length;
    return hasSpans ? [field(1, scopes)] : [];
  });
  return resources.length > 0 ? Buffer.concat(resources) : undefined;
};

const scopeWith = (scope: Uint8Array, traceId: string): Uint8Array | undefined => {
  const parts = fields(scope);
  const spans = parts.filter(({ number, bytes }) => number === 2 && traceOf(bytes) === traceId);
  const rest = parts.filter(({ number }) => number !== 2);
  return spans.length > 0
    ? field(
        2,
        [...rest, ...spans].map(({ raw }) => raw),
      )
    : undefined;
};
