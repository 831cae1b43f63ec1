/** Where a collector sends, and how long it waits for whom. Pure. */
import type { CollectorSpec, ExportersSpec, Signal } from "../migration/pipelines.ts";
import type { Places, Tree } from "./places.ts";
import { STORAGE } from "./places.ts";
import { headersOf, tlsOf } from "./secrets.ts";
import { isPersistent } from "./tiers.ts";

export type Names = Record<"traces" | "metrics" | "logs", string[]>;

export interface Sent {
  exporters: Tree;
  /** Exporters by the signal that goes to them. */
  names: Names;
}

/** A backend that is away for five minutes costs nothing; after that the oldest data goes. */
const RETRY = { initial_interval: "1s", max_interval: "15s", max_elapsed_time: "300s" };
const PATIENCE = { sending_queue: { queue_size: 2000 }, retry_on_failure: RETRY };

/** With a queue of a stated size there is no other limit: what is in it is tried until it is taken. */
const patience = (spec: CollectorSpec): Tree => {
  const { queue } = spec;
  if (!queue) return PATIENCE;
  const storage = isPersistent(spec) ? { storage: STORAGE } : {};
  const batch = { flush_timeout: "200ms", min_size: 1000, max_size: 5000 };
  return {
    sending_queue: { sizer: "items", queue_size: queue.sizeItems, ...storage, batch },
    retry_on_failure: { ...RETRY, max_elapsed_time: "0s" },
  };
};

const isUrl = (address: string): boolean => /^https?:\/\//.test(address);

const TRACES = { http: "otlp_http/traces", grpc: "otlp_grpc/traces" } as const;
const METRICS = "otlp_http/prometheus";
const BY_TRACE = "load_balancing";
const KAFKA = "kafka";
const SCRAPE = "prometheus/scrape";
const DEBUG = "debug/all";

const traceStore = (address: string, waiting: Tree): Tree =>
  isUrl(address)
    ? { [TRACES.http]: { endpoint: address, ...waiting } }
    : { [TRACES.grpc]: { endpoint: address, tls: { insecure: true }, ...waiting } };

/** The backends, and what `exporters` adds to them. */
export const destinations = (spec: CollectorSpec, places: Places): Sent => {
  const waiting = patience(spec);
  const traces = traceStore(places.traces, waiting);
  const metrics = { [METRICS]: { endpoint: `${places.metrics}/api/v1/otlp`, ...waiting } };
  const more = spec.exporters ? extra(spec.exporters, places, waiting) : [];
  const named = (signal: Signal): string[] =>
    more.filter(({ signals }) => signals.includes(signal)).map(({ id }) => id);
  return {
    exporters: {
      ...traces,
      ...metrics,
      // No log store is configured: what arrives is written to the collector's own log, where the test signal is looked for.
      debug: { verbosity: "normal" },
      ...Object.fromEntries(more.map(({ id, config }) => [id, config])),
    },
    names: {
      traces: [...Object.keys(traces), ...named("Traces")],
      metrics: [METRICS, ...named("Metrics")],
      logs: ["debug", ...named("Logs")],
    },
  };
};

interface Extra {
  id: string;
  signals: readonly Signal[];
  config: Tree;
}

const extra = (wanted: ExportersSpec, places: Places, waiting: Tree): Extra[] => [
  ...wanted.otlp.map((one) => otlpTo(one, places, waiting)),
  ...wanted.remoteWrite.map((one) => remoteWriteTo(one, places)),
  ...(wanted.scrape ? [scrapeAt(places.scrape)] : []),
  ...(wanted.debug ? [EVERYTHING] : []),
];

const otlpTo = (one: ExportersSpec["otlp"][number], places: Places, waiting: Tree): Extra => {
  const place = { folder: places.secrets, kind: "otlp", name: one.name };
  const { protocol, host } = new URL(one.endpoint);
  const isGrpc = one.protocol === "Grpc";
  const tls = protocol === "http:" ? { insecure: true } : tlsOf(one.tls, place);
  const endpoint = isGrpc ? host : one.endpoint.replace(/\/+$/, "");
  const config = { endpoint, tls, headers: headersOf(one.headers, place), ...waiting };
  return {
    id: `${isGrpc ? "otlp_grpc" : "otlp_http"}/to-${one.name}`,
    signals: one.signals,
    config,
  };
};

/** Its queue is of its own kind, in memory. */
const remoteWriteTo = (one: ExportersSpec["remoteWrite"][number], places: Places): Extra => {
  const place = { folder: places.secrets, kind: "remote", name: one.name };
  return {
    id: `prometheus_remote_write/to-${one.name}`,
    signals: ["Metrics"],
    config: {
      endpoint: one.url,
      tls: tlsOf(one.tls, place),
      headers: headersOf(one.headers, place),
      remote_write_queue: { enabled: true, queue_size: 10_000, num_consumers: 5 },
      retry_on_failure: RETRY,
      // As the other way into Prometheus names them.
      translation_strategy: TRANSLATION,
    },
  };
};

const TRANSLATION = "UnderscoreEscapingWithSuffixes";

const scrapeAt = (endpoint: string): Extra => ({
  id: SCRAPE,
  signals: ["Metrics"],
  config: { endpoint, translation_strategy: TRANSLATION, metric_expiration: "5m" },
});

const EVERYTHING: Extra = {
  id: DEBUG,
  signals: ["Traces", "Metrics", "Logs"],
  config: { verbosity: "detailed" },
};

/** What the first of two tiers sends: everything to Kafka, or traces to the collector that their id says. */
export const relay = (spec: CollectorSpec, places: Places): Sent => {
  const waiting = patience(spec);
  if (spec.kafka) {
    const exporters = { [KAFKA]: { ...producer(spec.kafka, places), ...waiting } };
    return { exporters, names: { traces: [KAFKA], metrics: [KAFKA], logs: [KAFKA] } };
  }
  const { exporters, names } = destinations(spec, places);
  return {
    exporters: { ...exporters, [BY_TRACE]: { ...balancer(places), ...waiting } },
    names: { ...names, traces: [BY_TRACE] },
  };
};

/** Those that wait, wait in its own queue, from where they find another collector when theirs is gone. */
const balancer = ({ resolver }: Places): Tree => ({
  routing_key: "traceID",
  resolver,
  protocol: {
    otlp: {
      tls: { insecure: true },
      timeout: "5s",
      sending_queue: { enabled: false },
      retry_on_failure: { enabled: false },
    },
  },
});

/** The spans of a trace are in one partition, the points of a resource too: order and whole traces survive the way. */
const producer = (
  { topicPrefix }: NonNullable<CollectorSpec["kafka"]>,
  { kafka }: Places,
): Tree => ({
  ...kafka,
  producer: { required_acks: -1, compression: "snappy" },
  traces: { topic: `${topicPrefix}_spans` },
  metrics: { topic: `${topicPrefix}_metrics` },
  logs: { topic: `${topicPrefix}_logs` },
  partition_traces_by_id: true,
  partition_metrics_by_resource_attributes: true,
});
