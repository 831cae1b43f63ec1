/** What an agent exported, changed, on its way again as OTLP/JSON. */
import type { Attributes, DecodedMetric, DecodedSpan, Value } from "../../agent/testing/otlp.ts";

export type Metric = DecodedMetric;
export type Point = Metric["points"][number];
export type Span = DecodedSpan;

export interface OwnedSpan {
  service: string;
  pod: string;
  span: Span;
}

export const textOf = (value: Value): string =>
  typeof value === "object" ? JSON.stringify(value) : String(value);

const valueOf = (value: Value): object => {
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") return { doubleValue: value };
  return { stringValue: textOf(value) };
};

const attributesOf = (attributes: Attributes): object[] =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: valueOf(value) }));

const pointOf = ({ attributes, start, at, ...point }: Point, kind: Metric["kind"]): object => {
  const common = {
    attributes: attributesOf(attributes),
    startTimeUnixNano: String(start),
    timeUnixNano: String(at),
  };
  if (kind !== "histogram") return { ...common, asDouble: point.value };
  const { count, sum, buckets, bounds } = point;
  const bucketCounts = buckets.map(String);
  return { ...common, count: String(count), sum, bucketCounts, explicitBounds: bounds };
};

const CUMULATIVE = 2;

const metricOf = ({ name, unit, kind, monotonic, points }: Metric): object => {
  const dataPoints = points.map((point) => pointOf(point, kind));
  if (kind === "gauge") return { name, unit, gauge: { dataPoints } };
  const counted = { aggregationTemporality: CUMULATIVE, dataPoints };
  return kind === "histogram"
    ? { name, unit, histogram: counted }
    : { name, unit, sum: { ...counted, isMonotonic: monotonic } };
};

export const metricsRequest = (resource: Attributes, metrics: Metric[]): object => ({
  resourceMetrics: [
    {
      resource: { attributes: attributesOf(resource) },
      scopeMetrics: [{ metrics: metrics.map(metricOf) }],
    },
  ],
});

const spanOf = (span: Span): object => ({
  traceId: span.traceId,
  spanId: span.spanId,
  parentSpanId: span.parentId,
  name: span.name,
  kind: span.kind,
  startTimeUnixNano: String(span.start),
  endTimeUnixNano: String(span.end),
  attributes: attributesOf(span.attributes),
  status: { code: span.status },
});

export const tracesRequest = (resource: Attributes, spans: Span[]): object => ({
  resourceSpans: [
    {
      resource: { attributes: attributesOf(resource) },
      scopeSpans: [{ spans: spans.map(spanOf) }],
    },
  ],
});
