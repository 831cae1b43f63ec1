/**
 * OTLP requests as OpenTelemetry's own message classes read them, generated from opentelemetry-proto. They know nothing of the
 * agent's writer, nor of the reader beside this file that was written for it.
 */
import { createRequire } from "node:module";

export type OfficialValue =
  | string
  | number
  | boolean
  | null
  | OfficialValue[]
  | { [key: string]: OfficialValue };

export type OfficialAttributes = Record<string, OfficialValue>;

export interface Scope {
  name: string;
  version: string;
}

export interface OfficialEvent {
  name: string;
  time: bigint;
  attributes: OfficialAttributes;
}

export interface OfficialLink {
  traceId: string;
  spanId: string;
  traceState: string;
  attributes: OfficialAttributes;
}

export interface OfficialSpan {
  scope: Scope;
  traceId: string;
  spanId: string;
  parentSpanId: string;
  traceState: string;
  flags: number;
  name: string;
  kind: number;
  start: bigint;
  end: bigint;
  attributes: OfficialAttributes;
  events: OfficialEvent[];
  links: OfficialLink[];
  status: { code: number; message: string };
  dropped: { attributes: number; events: number; links: number };
}

export interface OfficialPoint {
  attributes: OfficialAttributes;
  /** Of sums and gauges. */
  value?: number;
  count?: number;
  sum?: number;
  buckets?: number[];
  bounds?: number[];
}

export interface OfficialMetric {
  scope: Scope;
  name: string;
  unit: string;
  description: string;
  kind: "gauge" | "sum" | "histogram" | "exponential" | "summary";
  monotonic: boolean;
  temporality: number;
  points: OfficialPoint[];
}

/** What the generated classes give; fields that are not on the wire are absent. */
interface Raw {
  [field: string]: unknown;
}
interface MessageClass {
  decode: (bytes: Uint8Array) => unknown;
  toObject: (message: unknown, options: Raw) => Raw;
}
interface Root {
  opentelemetry: {
    proto: {
      collector: {
        trace: { v1: { ExportTraceServiceRequest: MessageClass } };
        metrics: { v1: { ExportMetricsServiceRequest: MessageClass } };
      };
    };
  };
}

// CommonJS without a default export, and its own types say nothing about `toObject`'s result.
const { collector } = (
  createRequire(import.meta.url)("otlp-proto/build/src/generated/root.js") as Root
).opentelemetry.proto;

const read = (type: MessageClass, bytes: Uint8Array): Raw =>
  type.toObject(type.decode(bytes), { longs: String, bytes: Array });

const list = (value: unknown): Raw[] => (value as Raw[] | undefined) ?? [];
const text = (value: unknown): string => (value as string | undefined) ?? "";
const number = (value: unknown): number => Number(value ?? 0);
const hex = (value: unknown): string =>
  Buffer.from((value as number[] | undefined) ?? []).toString("hex");
const numbers = (value: unknown): number[] =>
  ((value as (string | number)[] | undefined) ?? []).map(Number);

/** How each member of AnyValue's oneof is read. */
const VALUES: Record<string, (value: unknown) => OfficialValue> = {
  stringValue: (value) => value as string,
  boolValue: (value) => value as boolean,
  intValue: Number,
  doubleValue: (value) => value as number,
  bytesValue: (value) => ({ bytes: hex(value) }),
  arrayValue: (value) => list((value as Raw)["values"]).map((each) => valueOf(each)),
  kvlistValue: (value) => attributesOf((value as Raw)["values"]),
};

function valueOf(any: Raw = {}): OfficialValue {
  const [member] = Object.keys(any);
  return member === undefined ? null : (VALUES[member]?.(any[member]) ?? null);
}

const attributesOf = (value: unknown): OfficialAttributes =>
  Object.fromEntries(
    list(value).map((entry) => [text(entry["key"]), valueOf(entry["value"] as Raw | undefined)]),
  );

const scopeOf = (value: unknown): Scope => {
  const scope = value as Raw | undefined;
  return { name: text(scope?.["name"]), version: text(scope?.["version"]) };
};

const eventOf = (event: Raw): OfficialEvent => ({
  name: text(event["name"]),
  time: BigInt(text(event["timeUnixNano"]) || 0),
  attributes: attributesOf(event["attributes"]),
});

const linkOf = (link: Raw): OfficialLink => ({
  traceId: hex(link["traceId"]),
  spanId: hex(link["spanId"]),
  traceState: text(link["traceState"]),
  attributes: attributesOf(link["attributes"]),
});

const spanOf = (span: Raw, scope: Scope): OfficialSpan => {
  const status = (span["status"] as Raw | undefined) ?? {};
  return {
    scope,
    traceId: hex(span["traceId"]),
    spanId: hex(span["spanId"]),
    parentSpanId: hex(span["parentSpanId"]),
    traceState: text(span["traceState"]),
    flags: number(span["flags"]),
    name: text(span["name"]),
    kind: number(span["kind"]),
    start: BigInt(text(span["startTimeUnixNano"]) || 0),
    end: BigInt(text(span["endTimeUnixNano"]) || 0),
    attributes: attributesOf(span["attributes"]),
    events: list(span["events"]).map(eventOf),
    links: list(span["links"]).map(linkOf),
    status: { code: number(status["code"]), message: text(status["message"]) },
    dropped: {
      attributes: number(span["droppedAttributesCount"]),
      events: number(span["droppedEventsCount"]),
      links: number(span["droppedLinksCount"]),
    },
  };
};

export function officialSpans(body: Uint8Array): OfficialSpan[] {
  const request = read(collector.trace.v1.ExportTraceServiceRequest, body);
  return list(request["resourceSpans"])
    .flatMap((each) => list(each["scopeSpans"]))
    .flatMap((each) => list(each["spans"]).map((span) => spanOf(span, scopeOf(each["scope"]))));
}

const pointOf = (point: Raw): OfficialPoint => {
  const attributes = attributesOf(point["attributes"]);
  if (point["count"] === undefined)
    return { attributes, value: number(point["asDouble"] ?? point["asInt"]) };
  return {
    attributes,
    count: number(point["count"]),
    sum: number(point["sum"]),
    buckets: numbers(point["bucketCounts"]),
    bounds: numbers(point["explicitBounds"]),
  };
};

const KINDS = ["gauge", "sum", "histogram", "exponentialHistogram", "summary"] as const;

const metricOf = (metric: Raw, scope: Scope): OfficialMetric => {
  const kind = KINDS.find((each) => metric[each] !== undefined) ?? "gauge";
  const data = (metric[kind] as Raw | undefined) ?? {};
  return {
    scope,
    name: text(metric["name"]),
    unit: text(metric["unit"]),
    description: text(metric["description"]),
    kind: kind === "exponentialHistogram" ? "exponential" : kind,
    monotonic: data["isMonotonic"] === true,
    temporality: number(data["aggregationTemporality"]),
    points: list(data["dataPoints"]).map(pointOf),
  };
};

export function officialMetrics(body: Uint8Array): OfficialMetric[] {
  const request = read(collector.metrics.v1.ExportMetricsServiceRequest, body);
  return list(request["resourceMetrics"])
    .flatMap((each) => list(each["scopeMetrics"]))
    .flatMap((each) =>
      list(each["metrics"]).map((metric) => metricOf(metric, scopeOf(each["scope"]))),
    );
}
