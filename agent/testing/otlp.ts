/** OTLP requests as plain objects, by opentelemetry-proto's field numbers. */
import { doubleOf, Message } from "./protobuf.ts";

export type Value = string | number | boolean | Value[] | undefined;
export type Attributes = Record<string, Value>;

export interface DecodedSpan {
  /** `name@version` of the tracer. */
  scope: string;
  traceId: string;
  spanId: string;
  /** Empty for a root: the field is absent. */
  parentId: string;
  /** The parent field was on the wire at all. */
  parentPresent: boolean;
  traceState: string;
  name: string;
  kind: number;
  start: bigint;
  end: bigint;
  attributes: Attributes;
  /** Keys in order, duplicates included. */
  keys: string[];
  events: { name: string; at: bigint; attributes: Attributes }[];
  links: { traceId: string; spanId: string; attributes: Attributes }[];
  status: number;
  message: string;
  flags: number;
  droppedAttributes: number;
}

export interface DecodedLog {
  scope: string;
  at: bigint;
  severity: number;
  severityText: string;
  eventName: string;
  body: Value | Attributes;
  attributes: Attributes;
  traceId: string;
  spanId: string;
  flags: number;
}

export interface DecodedMetric {
  scope: string;
  name: string;
  unit: string;
  kind: "gauge" | "sum" | "histogram";
  monotonic: boolean;
  temporality: number;
  points: {
    attributes: Attributes;
    value: number;
    count: number;
    sum: number;
    buckets: number[];
    bounds: number[];
    start: bigint;
    at: bigint;
    exemplars: { value: number; at: bigint; traceId: string; spanId: string }[];
  }[];
}

function anyValue(value: Message): Value {
  if (value.has(1)) return value.text(1);
  if (value.has(2)) return value.integer(2) === 1n;
  if (value.has(3)) return Number(value.integer(3));
  if (value.has(4)) return value.double(4);
  if (value.has(5)) return value.one(5).many(1).map(anyValue);
  return undefined;
}

const attributesOf = (entries: Message[]): Attributes =>
  Object.fromEntries(entries.map((entry) => [entry.text(1), anyValue(entry.one(2))]));

function span(message: Message, scope: string): DecodedSpan {
  const status = message.one(15);
  return {
    scope,
    traceId: message.hex(1),
    spanId: message.hex(2),
    parentId: message.hex(4),
    parentPresent: message.has(4),
    traceState: message.text(3),
    name: message.text(5),
    kind: Number(message.integer(6)),
    start: message.unsigned(7),
    end: message.unsigned(8),
    attributes: attributesOf(message.many(9)),
    keys: message.many(9).map((entry) => entry.text(1)),
    events: message.many(11).map((event) => ({
      at: event.unsigned(1),
      name: event.text(2),
      attributes: attributesOf(event.many(3)),
    })),
    links: message.many(13).map((link) => ({
      traceId: link.hex(1),
      spanId: link.hex(2),
      attributes: attributesOf(link.many(4)),
    })),
    status: Number(status.integer(3)),
    message: status.text(2),
    flags: Number(message.unsigned(16)),
    droppedAttributes: Number(message.unsigned(10)),
  };
}

function scopeOf(scopeSpans: Message): string {
  const scope = scopeSpans.one(1);
  return `${scope.text(1)}@${scope.text(2)}`;
}

export function decodeTraces(body: Uint8Array): { resource: Attributes; spans: DecodedSpan[] } {
  const resources = new Message(body).many(1);
  return {
    resource: Object.assign(
      {},
      ...resources.map((each) => attributesOf(each.one(1).many(1))),
    ) as Attributes,
    spans: resources
      .flatMap((each) => each.many(2))
      .flatMap((scope) => scope.many(2).map((each) => span(each, scopeOf(scope)))),
  };
}

function packed(bytes: Uint8Array): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 8 }, (_, index) => view.getBigUint64(8 * index, true));
}

function point(message: Message, histogram: boolean): DecodedMetric["points"][number] {
  return {
    attributes: attributesOf(message.many(histogram ? 9 : 7)),
    value: message.has(6) && !histogram ? Number(message.integer(6)) : message.double(4),
    count: histogram ? Number(message.unsigned(4)) : 0,
    sum: histogram ? message.double(5) : 0,
    buckets: histogram ? packed(message.bytes(6)).map(Number) : [],
    bounds: histogram ? packed(message.bytes(7)).map(doubleOf) : [],
    start: message.unsigned(2),
    at: message.unsigned(3),
    exemplars: histogram ? message.many(8).map(exemplar) : [],
  };
}

const exemplar = (message: Message) => ({
  value: message.double(3),
  at: message.unsigned(2),
  traceId: message.hex(5),
  spanId: message.hex(4),
});

const KINDS = [
  [5, "gauge"],
  [7, "sum"],
  [9, "histogram"],
] as const;

function metric(message: Message, scope: string): DecodedMetric {
  const [number, kind] = KINDS.find(([field]) => message.has(field)) ?? KINDS[0];
  const data = message.one(number);
  return {
    scope,
    name: message.text(1),
    unit: message.text(3),
    kind,
    temporality: Number(data.integer(2)),
    monotonic: data.integer(3) === 1n,
    points: data.many(1).map((each) => point(each, kind === "histogram")),
  };
}

export function decodeMetrics(body: Uint8Array): {
  resource: Attributes;
  metrics: DecodedMetric[];
} {
  const resources = new Message(body).many(1);
  return {
    resource: Object.assign(
      {},
      ...resources.map((each) => attributesOf(each.one(1).many(1))),
    ) as Attributes,
    metrics: resources
      .flatMap((each) => each.many(2))
      .flatMap((scope) => scope.many(2).map((each) => metric(each, scope.one(1).text(1)))),
  };
}

const log =
  (scope: string) =>
  (message: Message): DecodedLog => ({
    scope,
    at: message.unsigned(1),
    severity: Number(message.integer(2)),
    severityText: message.text(3),
    eventName: message.text(12),
    body: message.one(5).has(6)
      ? attributesOf(message.one(5).one(6).many(1))
      : anyValue(message.one(5)),
    attributes: attributesOf(message.many(6)),
    traceId: message.hex(9),
    spanId: message.hex(10),
    flags: Number(message.unsigned(8)),
  });

export const decodeLogs = (body: Uint8Array): DecodedLog[] =>
  new Message(body)
    .many(1)
    .flatMap((each) => each.many(2))
    .flatMap((scope) => scope.many(2).map(log(scope.one(1).text(1))));
