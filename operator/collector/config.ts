/**
 * What a collector is told: OTLP or Kafka in, traces to Jaeger, metrics to Prometheus, logs to its own output, and all of it
 * wherever else the resource says. A resource without such wishes gets the plainest configuration. Pure.
 */
import type { CollectorSpec } from "../migration/pipelines.ts";
import { destinations, relay } from "./exporters.ts";
import { type Places, SPAN_METRICS, STORAGE, type Tree } from "./places.ts";
import { type Flow, pipelines } from "./pipelines.ts";
import { samplingPolicies, spanMetricsConnector } from "./sampling.ts";
import { isPersistent, isShaped, type Tier, worksIn } from "./tiers.ts";

export const collectorConfig = (
  places: Places,
  spec: CollectorSpec = { replicas: 1 },
  tier: Tier = "whole",
): Tree => {
  const works = worksIn(tier, spec);
  const sent = tier === "front" ? relay(spec, places) : destinations(spec, places);
  const flow = pipelines({ spec, tier, works, names: sent.names });
  return {
    receivers: receivers(places, spec, tier),
    processors: {
      memory_limiter: limiter(spec),
      ...(works.sampling ? { tail_sampling: samplingPolicies(works.sampling) } : {}),
      ...(spec.queue ? {} : { batch: { timeout: "200ms" } }),
    },
    exporters: used(sent.exporters, flow),
    ...connectors(works),
    extensions: {
      health_check: { endpoint: places.health },
      ...(isPersistent(spec) ? { [STORAGE]: storage(places.queue) } : {}),
    },
    service: {
      extensions: ["health_check", ...(isPersistent(spec) ? [STORAGE] : [])],
      telemetry: { metrics: ownFigures(spec, places.own), logs: { encoding: "json" } },
      pipelines: flow,
    },
  };
};

/** A tier defines only what it sends to. */
const used = (exporters: Tree, flow: Flow): Tree => {
  const names = new Set(Object.values(flow).flatMap((pipeline) => pipeline.exporters));
  return Object.fromEntries(Object.entries(exporters).filter(([name]) => names.has(name)));
};

/** Shares of the memory limit: above their difference data is refused, above the first one garbage is collected at once. */
const HARD = 80;
const SPIKE = 25;

const limiter = ({ memoryMiB }: CollectorSpec): Tree => {
  const shares = { limit_percentage: HARD, spike_limit_percentage: SPIKE };
  const of = (percent: number): number => Math.floor(((memoryMiB ?? 0) * percent) / 100);
  const sizes = { limit_mib: of(HARD), spike_limit_mib: of(SPIKE) };
  return { check_interval: "1s", ...(memoryMiB ? sizes : shares) };
};

const receivers = (places: Places, spec: CollectorSpec, tier: Tier): Tree => {
  if (tier === "back" && spec.kafka) return { kafka: consumer(places, spec.kafka) };
  const protocols = { http: { endpoint: places.http }, grpc: { endpoint: places.grpc } };
  return { otlp: { protocols } };
};

/** A message is done with when everything behind it has taken it; what was there before the first reader counts, too. */
const consumer = (places: Places, kafka: NonNullable<CollectorSpec["kafka"]>): Tree => {
  const topic = (signal: string): Tree => ({ topics: [`${kafka.topicPrefix}_${signal}`] });
  return {
    ...places.kafka,
    group_id: places.group,
    initial_offset: "earliest",
    traces: topic("spans"),
    metrics: topic("metrics"),
    logs: topic("logs"),
    message_marking: { after: true, on_error: false },
    error_backoff: {
      enabled: true,
      initial_interval: "1s",
      max_interval: "15s",
      max_elapsed_time: "0s",
    },
  };
};

const connectors = ({ spanMetrics, sampling }: ReturnType<typeof worksIn>): Tree => {
  if (!spanMetrics) return {};
  const forward = sampling ? { forward: {} } : {};
  return { connectors: { [SPAN_METRICS]: spanMetricsConnector(spanMetrics), ...forward } };
};

const storage = (directory: string): Tree => ({
  directory,
  create_directory: true,
  // The file grows with an outage; afterwards it gives the disk back.
  compaction: { directory, on_rebound: true },
});

const ownFigures = (spec: CollectorSpec, own: Places["own"]): Tree =>
  isShaped(spec)
    ? { level: "normal", readers: [{ pull: { exporter: { prometheus: own } } }] }
    : { level: "none" };
