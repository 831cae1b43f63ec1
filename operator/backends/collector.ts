/** The collector: OTLP in, traces to Jaeger, metrics to Prometheus, logs to its own output. Pure. */
import type { Container } from "../injection/pod.ts";
import type { Migration } from "../migration/types.ts";
import type { Settings } from "../settings.ts";
import { hostOf, metricsUrl, PORTS } from "./endpoints.ts";
import { type Backend, restricted } from "./workload.ts";

/** What differs between a pod and a process on loopback. */
export interface CollectorPlaces {
  http: string;
  grpc: string;
  health: string;
  /** Where traces go: OTLP/gRPC `host:port`, or the base URL of OTLP/HTTP. */
  traces: string;
  /** Base URL of the Prometheus that takes the metrics. */
  metrics: string;
}

type Tree = Record<string, unknown>;

const TRACES = { http: "otlp_http/traces", grpc: "otlp_grpc/traces" } as const;
const METRICS = "otlp_http/prometheus";
const PROCESSORS = ["memory_limiter", "batch"];

/** A backend that is away for five minutes costs nothing; after that the oldest data goes. */
const PATIENCE = {
  sending_queue: { queue_size: 2000 },
  retry_on_failure: { initial_interval: "1s", max_interval: "15s", max_elapsed_time: "300s" },
};

const isUrl = (address: string): boolean => /^https?:\/\//.test(address);

const traceExporter = (address: string): Tree =>
  isUrl(address)
    ? { [TRACES.http]: { endpoint: address, ...PATIENCE } }
    : { [TRACES.grpc]: { endpoint: address, tls: { insecure: true }, ...PATIENCE } };

const pipeline = (...exporters: string[]): Tree => ({
  receivers: ["otlp"],
  processors: PROCESSORS,
  exporters,
});

export const collectorConfig = (places: CollectorPlaces): Tree => {
  const traces = traceExporter(places.traces);
  return {
    receivers: {
      otlp: { protocols: { http: { endpoint: places.http }, grpc: { endpoint: places.grpc } } },
    },
    processors: {
      memory_limiter: { check_interval: "1s", limit_percentage: 80, spike_limit_percentage: 25 },
      batch: { timeout: "200ms" },
    },
    exporters: {
      ...traces,
      [METRICS]: { endpoint: `${places.metrics}/api/v1/otlp`, ...PATIENCE },
      // No log store is configured: what arrives is written to the collector's own log, where the test signal is looked for.
      debug: { verbosity: "normal" },
    },
    extensions: { health_check: { endpoint: places.health } },
    service: {
      extensions: ["health_check"],
      telemetry: { metrics: { level: "none" }, logs: { encoding: "json" } },
      pipelines: {
        traces: pipeline(...Object.keys(traces)),
        metrics: pipeline(METRICS),
        logs: pipeline("debug"),
      },
    },
  };
};

/** An external Jaeger is sent to on the usual port of the host that answers queries, unless the resource says otherwise. */
const tracesPlace = (migration: Migration): string => {
  const { externalQueryUrl, externalEndpoint } = migration.spec.backends.traces;
  if (externalEndpoint) return externalEndpoint;
  if (!externalQueryUrl) return `${hostOf(migration, "jaeger")}:${PORTS.otlpGrpc}`;
  return `http://${new URL(externalQueryUrl).hostname}:${PORTS.otlpHttp}`;
};

const anywhere = (port: number): string => `0.0.0.0:${port}`;

const FOLDER = "/etc/otelcol";
const COLLECTOR_FILE = "collector.yaml";

export const collector = (migration: Migration, { images }: Settings): Backend => ({
  name: "collector",
  image: images.collector,
  replicas: migration.spec.backends.collector.replicas,
  file: COLLECTOR_FILE,
  folder: FOLDER,
  config: collectorConfig({
    http: anywhere(PORTS.otlpHttp),
    grpc: anywhere(PORTS.otlpGrpc),
    health: anywhere(PORTS.collectorHealth),
    traces: tracesPlace(migration),
    metrics: metricsUrl(migration),
  }),
  args: [`--config=${FOLDER}/${COLLECTOR_FILE}`],
  ports: { "otlp-http": PORTS.otlpHttp, "otlp-grpc": PORTS.otlpGrpc },
  ready: { path: "/", port: PORTS.collectorHealth },
  memory: { request: "96Mi", limit: "512Mi" },
});

/** The very image's own check of the very configuration. */
export const validator = ({ image, folder, file }: Backend): Container => ({
  name: "validate",
  image,
  imagePullPolicy: "IfNotPresent",
  args: ["validate", `--config=${folder}/${file}`],
  resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "256Mi" } },
  securityContext: restricted,
  // A wrong key is then in the pod's status, and needs no log to be read.
  terminationMessagePolicy: "FallbackToLogsOnError",
  volumeMounts: [{ name: "config", mountPath: folder, readOnly: true }],
});
