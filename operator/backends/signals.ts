/** One trace, one metric and one log record with ids that nobody else has, as OTLP/HTTP in JSON. Pure. */
import { createHash } from "node:crypto";

const PROBE_SERVICE = "flashcard-otel-probe";
/** As Prometheus calls it. */
export const PROBE_METRIC = "flashcard_otel_probe";
const METRIC = "flashcard_otel.probe";

export interface Signals {
  traceId: string;
  spanId: string;
  /** In the metric's labels and the log record's text. */
  mark: string;
}

/** The same seed gives the same signals: looking again finds what an earlier look has sent. */
export const signalsFor = (seed: string): Signals => {
  const hex = createHash("sha256").update(`probe\0${seed}`).digest("hex");
  return {
    traceId: hex.slice(0, 32),
    spanId: hex.slice(32, 48),
    mark: `probe-${hex.slice(48, 64)}`,
  };
};

const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });

const resource = {
  attributes: [
    attribute("service.name", PROBE_SERVICE),
    attribute("service.instance.id", PROBE_SERVICE),
  ],
};
const scope = { name: "flashcard-otel" };

const nanos = (at: Date): string => `${BigInt(at.getTime()) * 1_000_000n}`;

/** Bodies by path below the collector's address. */
export const requestsFor = (
  { traceId, spanId, mark }: Signals,
  now: Date,
): { path: string; body: unknown }[] => {
  const time = nanos(now);
  const attributes = [attribute("probe", mark)];
  const span = {
    traceId,
    spanId,
    name: "probe",
    kind: 1,
    startTimeUnixNano: nanos(new Date(now.getTime() - 1)),
    endTimeUnixNano: time,
    attributes,
  };
  const metric = {
    name: METRIC,
    gauge: { dataPoints: [{ timeUnixNano: time, asDouble: 1, attributes }] },
  };
  const record = {
    timeUnixNano: time,
    severityText: "INFO",
    body: { stringValue: `test record ${mark}` },
    traceId,
    spanId,
  };
  return [
    {
      path: "/v1/traces",
      body: { resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [span] }] }] },
    },
    {
      path: "/v1/metrics",
      body: { resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics: [metric] }] }] },
    },
    {
      path: "/v1/logs",
      body: { resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords: [record] }] }] },
    },
  ];
};
