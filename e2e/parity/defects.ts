/**
 * What goes wrong when monitoring is moved, each planted into a copy of what the agents export, and where it has to be found:
 * the row of the parity map, one of those about traces and spans, or `logs of SERVICE`.
 */
import { delta, frozen, only, points, rebucketed, shifted, times, without } from "./change.ts";
import { type Metric, type OwnedSpan, textOf } from "./otlp.ts";

export interface Defect {
  name: string;
  rows: string[];
  /** Made anew for each service, since some remember what they saw. */
  metrics?: (service: string) => (metrics: Metric[]) => Metric[];
  /** All spans of a trace. */
  spans?: (trace: OwnedSpan[]) => OwnedSpan[];
  /** Of the spans that counters count, those that never arrive. */
  losing?: (owned: OwnedSpan) => boolean;
  log?: { service: string; change: (line: string) => string };
  /** The new emitter also writes series that have the names of old ones. */
  doubles?: true;
}

export const SERVER = 2;
const CONSUMER = 5;

/** What an SDK uses when nobody tells it better. */
const DEFAULT_BOUNDS = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000];

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const metrics: Defect[] = [
  {
    name: "counted twice",
    rows: ["1"],
    metrics: () => only("api.requests", times(2)),
  },
  { name: "lost label", rows: ["2"], metrics: () => only("api.tokens", without("model")) },
  { name: "cents for dollars", rows: ["3"], metrics: () => only("api.cost", times(100)) },
  {
    name: "milliseconds for seconds",
    rows: ["4"],
    metrics: () =>
      only(
        "api.latency",
        rebucketed(1000, ({ bounds }) => bounds),
      ),
  },
  {
    name: "renamed label value",
    rows: ["5"],
    metrics: () =>
      only(
        "api.errors",
        points((point) => ({ ...point, attributes: { ...point.attributes, error_type: "error" } })),
      ),
  },
  {
    name: "double count in the dual run",
    rows: ["6"],
    doubles: true,
    metrics: () => (all) =>
      all.flatMap((metric) =>
        metric.name === "pipeline.batches"
          ? [metric, { ...metric, name: "flashcard.processing.batches" }]
          : [metric],
      ),
  },
  {
    name: "delta for cumulative",
    rows: ["7-stage1"],
    metrics: (service) => only("flashcard.stage1.processed", delta(service)),
  },
  {
    name: "one percent dropped",
    rows: ["7-stage2"],
    metrics: () => only("flashcard.stage2.processed", times(0.99)),
  },
  {
    name: "label value in another case",
    rows: ["7-other"],
    metrics: () =>
      only(
        "pipeline.words",
        points(({ attributes, ...point }) => ({
          ...point,
          attributes: { ...attributes, success: capital(textOf(attributes["success"])) },
        })),
      ),
  },
  {
    name: "wrong bucket bounds",
    rows: ["8-stage1"],
    metrics: () =>
      only(
        "flashcard.stage1.duration",
        rebucketed(1, () => DEFAULT_BOUNDS),
      ),
  },
  {
    name: "observations in the wrong bucket",
    rows: ["8-stage2"],
    metrics: () => only("flashcard.stage2.duration", shifted),
  },
  {
    name: "sum in another unit than the buckets",
    rows: ["8-other"],
    metrics: () =>
      only(
        "pipeline.duration",
        points((point) => ({ ...point, sum: point.sum * 1000 })),
      ),
  },
  {
    name: "missing gauge",
    rows: ["9"],
    metrics: () => only("pipeline.throughput", () => undefined),
  },
  {
    name: "stale gauge",
    rows: ["14"],
    metrics: (service) => only("cache.size", frozen(service)),
  },
  {
    name: "renamed metric",
    rows: ["17"],
    metrics: () =>
      only("database.rows_affected", (metric) => ({ ...metric, name: "database.rows" })),
  },
  {
    name: "missing component",
    rows: ["1", "2", "3", "4", "5", "11", "12", "13", "14", "traces of llm-gateway: presence"],
    metrics: (service) => (all) => (service === "llm-gateway" ? [] : all),
    spans: (trace) => trace.filter(({ service }) => service !== "llm-gateway"),
  },
];

/** The chosen spans begin traces of their own, which everything below them follows. */
const cut = (trace: OwnedSpan[], chosen: (owned: OwnedSpan) => boolean): OwnedSpan[] => {
  const byId = new Map(trace.map((owned) => [owned.span.spanId, owned]));
  const topOf = (owned: OwnedSpan): OwnedSpan | undefined => {
    if (chosen(owned)) return owned;
    const parent = byId.get(owned.span.parentId);
    return parent && topOf(parent);
  };
  return trace.map((owned) => {
    const top = topOf(owned);
    if (!top) return owned;
    const traceId = top.span.spanId.repeat(2);
    const parentId = top === owned ? "" : owned.span.parentId;
    return { ...owned, span: { ...owned.span, traceId, parentId } };
  });
};

const isOfGateway = ({ service }: OwnedSpan): boolean => service === "llm-gateway";

const isRequest = (owned: OwnedSpan): boolean => isOfGateway(owned) && owned.span.kind === SERVER;

/** By the beginning of its id, which is drawn at random; its end counts. */
const isOneOf = (count: number, { span }: OwnedSpan): boolean =>
  Number.parseInt(span.spanId.slice(0, 6), 16) % count === 0;

const moved = (owned: OwnedSpan, ms: number): OwnedSpan => {
  const by = BigInt(ms) * 1_000_000n;
  const { start, end } = owned.span;
  return { ...owned, span: { ...owned.span, start: start + by, end: end + by } };
};

const tagged = (owned: OwnedSpan, name: string, value: string): OwnedSpan => ({
  ...owned,
  span: { ...owned.span, attributes: { ...owned.span.attributes, [name]: value } },
});

const traces: Defect[] = [
  {
    name: "orphan spans",
    rows: ["traces of worker: parents"],
    spans: (trace) => trace.filter(({ span }) => span.name !== "flashcard.process_stage1"),
  },
  {
    name: "context lost in the queue",
    // The sender is then alone in its traces.
    rows: ["traces of ingest-api: companions", "traces of worker: queues"],
    spans: (trace) => cut(trace, ({ span }) => span.kind === CONSUMER),
  },
  {
    name: "context lost in a call",
    rows: ["traces of llm-gateway: calls", "traces of llm-gateway: companions"],
    spans: (trace) => cut(trace, isRequest),
  },
  {
    name: "context lost in every second call",
    rows: ["traces of llm-gateway: calls"],
    spans: (trace) => cut(trace, (owned) => isRequest(owned) && isOneOf(2, owned)),
  },
  {
    name: "clock behind",
    rows: ["traces of llm-gateway: clock"],
    spans: (trace) => trace.map((owned) => (isOfGateway(owned) ? moved(owned, -250) : owned)),
  },
  {
    name: "clock ahead",
    rows: ["traces of llm-gateway: clock"],
    spans: (trace) => trace.map((owned) => (isOfGateway(owned) ? moved(owned, 250) : owned)),
  },
  {
    name: "unknown attribute",
    rows: ["traces of ingest-api: attributes"],
    spans: (trace) =>
      trace.map((owned) =>
        owned.service === "ingest-api" ? tagged(owned, "user.email", "somebody") : owned,
      ),
  },
  {
    name: "ids in names of spans",
    rows: ["traces of worker: cardinality"],
    spans: (trace) =>
      trace.map((owned) =>
        owned.span.name === "flashcard.process_stage1"
          ? { ...owned, span: { ...owned.span, name: `process ${owned.span.spanId}` } }
          : owned,
      ),
  },
  {
    name: "ids in an attribute of few values",
    rows: ["traces of llm-gateway: cardinality"],
    spans: (trace) =>
      trace.map((owned) =>
        isRequest(owned) ? tagged(owned, "http.route", `/${owned.span.spanId}`) : owned,
      ),
  },
];

const lost: Defect[] = [
  {
    name: "one percent of database spans lost",
    rows: ["15 database.operations.total: spans"],
    losing: (owned) =>
      owned.span.attributes["db.system.name"] === "postgresql" && isOneOf(100, owned),
  },
  {
    name: "one percent of cache spans lost",
    rows: ["11 cache.operations.total: spans"],
    losing: (owned) => owned.span.name.startsWith("cache.") && isOneOf(100, owned),
  },
  {
    name: "one percent of requests without a span",
    rows: ["requests: spans"],
    losing: (owned) => owned.span.kind === SERVER && isOneOf(100, owned),
  },
];

/** As if one request in eight were sampled, and only its records were marked. */
const unsampled = (line: string): boolean => {
  const id = /"trace_id":"[0-9a-f]*([0-9a-f])"/.exec(line)?.[1];
  return id !== undefined && Number.parseInt(id, 16) % 8 > 0;
};

const logs: Defect[] = [
  {
    name: "no trace id on unsampled records",
    rows: ["logs of worker"],
    log: {
      service: "worker",
      change: (line) => (unsampled(line) ? line.replace(/"trace_id":"[0-9a-f]*",?/, "") : line),
    },
  },
];

export const defects: Defect[] = [...metrics, ...traces, ...lost, ...logs];

/** Names a copy in series and traces. */
export const slug = ({ name }: Defect): string => name.replaceAll(" ", "-");
