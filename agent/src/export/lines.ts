/** An export request as lines for a console: one JSON object per span, metric or log record, as OpenTelemetry's own exporters name things. */
import {
  base64,
  double,
  hex,
  integer,
  message,
  micros,
  packed,
  type Read,
  readMessage,
  type Shape,
  text,
  truth,
} from "./wire.ts";

type Fields = Record<string, unknown>;

const any: Read = (raw) => readMessage(raw, ANY)["value"] ?? null;

const attribute: Read = (raw) => {
  const { key, value = null } = readMessage(raw, { 1: ["key", text], 2: ["value", any] });
  return [key, value];
};

const list: Read = (raw) => readMessage(raw, { 1: ["of", any, "list"] })["of"] ?? [];
const record: Read = (raw) => readMessage(raw, { 1: ["of", attribute, "map"] })["of"] ?? {};

const ANY: Shape = {
  1: ["value", text],
  2: ["value", truth],
  3: ["value", integer],
  4: ["value", double],
  5: ["value", list],
  6: ["value", record],
  7: ["value", base64],
};

const EVENT: Shape = {
  1: ["time", micros],
  2: ["name", text],
  3: ["attributes", attribute, "map"],
};

const LINK: Shape = {
  1: ["traceId", hex],
  2: ["spanId", hex],
  3: ["traceState", text],
  4: ["attributes", attribute, "map"],
};

const SPAN: Shape = {
  1: ["traceId", hex],
  2: ["id", hex],
  3: ["traceState", text],
  4: ["parentId", hex],
  5: ["name", text],
  6: ["kind", integer],
  7: ["start", micros],
  8: ["end", micros],
  9: ["attributes", attribute, "map"],
  11: ["events", message(EVENT), "list"],
  13: ["links", message(LINK), "list"],
  15: ["status", message({ 2: ["message", text], 3: ["code", integer] })],
};

function spanLine({ parentId, kind, start, end, ...span }: Fields): Fields {
  return {
    ...span,
    parentSpanContext:
      parentId === undefined ? undefined : { traceId: span["traceId"], spanId: parentId },
    // On the wire 0 is "unknown".
    kind: Number(kind) - 1,
    timestamp: start,
    duration: Number(end) - Number(start),
    attributes: span["attributes"] ?? {},
    status: span["status"] ?? { code: 0 },
    events: span["events"] ?? [],
    links: span["links"] ?? [],
  };
}

const WINDOW: Shape = { 2: ["startTime", micros], 3: ["endTime", micros] };

const NUMBER: Shape = {
  ...WINDOW,
  4: ["value", double],
  6: ["value", integer],
  7: ["attributes", attribute, "map"],
};

const HISTOGRAM: Shape = {
  ...WINDOW,
  4: ["count", integer],
  5: ["sum", double],
  6: ["counts", packed(integer)],
  7: ["boundaries", packed(double)],
  9: ["attributes", attribute, "map"],
  11: ["min", double],
  12: ["max", double],
};

const numbers = message({ 1: ["points", message(NUMBER), "list"] });
const histograms = message({ 1: ["points", message(HISTOGRAM), "list"] });

const METRIC: Shape = {
  1: ["name", text],
  2: ["description", text],
  3: ["unit", text],
  5: ["GAUGE", numbers],
  7: ["SUM", numbers],
  9: ["HISTOGRAM", histograms],
};

const KINDS = ["GAUGE", "SUM", "HISTOGRAM"];

function metricLine({ name, description = "", unit = "", ...data }: Fields): Fields {
  const type = KINDS.find((kind) => kind in data) ?? "";
  const { points = [] } = (data[type] ?? {}) as { points?: Fields[] };
  return { descriptor: { name, description, unit, type }, dataPoints: points.map(pointOf) };
}

function pointOf({ attributes = {}, startTime, endTime, value, ...histogram }: Fields): Fields {
  return { attributes, startTime, endTime, value: value ?? histogram };
}

const RECORD: Shape = {
  1: ["timestamp", micros],
  2: ["severityNumber", integer],
  3: ["severityText", text],
  5: ["body", any],
  6: ["attributes", attribute, "map"],
  8: ["traceFlags", integer],
  9: ["traceId", hex],
  10: ["spanId", hex],
  11: ["observedTimestamp", micros],
  12: ["eventName", text],
};

const recordLine = ({ attributes = {}, ...log }: Fields): Fields => ({ ...log, attributes });

const SIGNALS: Record<string, { item: Shape; line: (item: Fields) => Fields }> = {
  "/v1/traces": { item: SPAN, line: spanLine },
  "/v1/metrics": { item: METRIC, line: metricLine },
  "/v1/logs": { item: RECORD, line: recordLine },
};

const RESOURCE: Shape = { 1: ["attributes", attribute, "map"] };
const SCOPE: Shape = { 1: ["name", text], 2: ["version", text] };

interface Request {
  groups?: { resource?: Fields; scopes?: { scope?: Fields; items?: Fields[] }[] }[];
}

/** The request to that path; all three look alike from outside. */
export function linesOf(path: string, request: Uint8Array): string[] {
  const signal = SIGNALS[path];
  if (signal === undefined) return [];
  const scopes = message({
    1: ["scope", message(SCOPE)],
    2: ["items", message(signal.item), "list"],
  });
  const groups = message({ 1: ["resource", message(RESOURCE)], 2: ["scopes", scopes, "list"] });
  const read = readMessage(request, { 1: ["groups", groups, "list"] }) as Request;
  return (read.groups ?? []).flatMap(({ resource, scopes: all = [] }) =>
    all.flatMap(({ scope, items = [] }) =>
      items.map((item) =>
        JSON.stringify({ resource, instrumentationScope: scope, ...signal.line(item) }),
      ),
    ),
  );
}
