/** Jaeger with its storage in memory: enough for a migration; a store that lasts is the user's own. Pure. */
import type { Migration } from "../migration/types.ts";
import type { Settings } from "../settings.ts";
import { PORTS } from "./endpoints.ts";
import type { Backend } from "./workload.ts";

/** What differs between a pod and a process on loopback. */
export interface JaegerPlaces {
  grpc: string;
  http: string;
  query: string;
  queryGrpc: string;
  health: string;
}

/** About 20 kB each with a dozen spans; the oldest goes first. */
const MAX_TRACES = 20_000;
const STORE = "memory";

export const jaegerConfig = (places: JaegerPlaces): Record<string, unknown> => ({
  receivers: {
    otlp: { protocols: { grpc: { endpoint: places.grpc }, http: { endpoint: places.http } } },
  },
  processors: { batch: { timeout: "200ms" } },
  exporters: { jaeger_storage_exporter: { trace_storage: STORE } },
  extensions: {
    healthcheckv2: { use_v2: true, http: { endpoint: places.health } },
    jaeger_query: {
      storage: { traces: STORE },
      http: { endpoint: places.query },
      grpc: { endpoint: places.queryGrpc },
    },
    jaeger_storage: { backends: { [STORE]: { memory: { max_traces: MAX_TRACES } } } },
  },
  service: {
    extensions: ["jaeger_storage", "jaeger_query", "healthcheckv2"],
    telemetry: { metrics: { level: "none" } },
    pipelines: {
      traces: {
        receivers: ["otlp"],
        processors: ["batch"],
        exporters: ["jaeger_storage_exporter"],
      },
    },
  },
});

const FOLDER = "/etc/jaeger";
const FILE = "jaeger.yaml";
const anywhere = (port: number): string => `0.0.0.0:${port}`;

export const jaeger = (_migration: Migration, { images }: Settings): Backend => ({
  name: "jaeger",
  image: images.jaeger,
  replicas: 1,
  file: FILE,
  folder: FOLDER,
  config: jaegerConfig({
    grpc: anywhere(PORTS.otlpGrpc),
    http: anywhere(PORTS.otlpHttp),
    query: anywhere(PORTS.jaegerQuery),
    queryGrpc: anywhere(PORTS.jaegerQuery - 1),
    health: anywhere(PORTS.jaegerHealth),
  }),
  args: ["--config", `${FOLDER}/${FILE}`],
  ports: {
    query: PORTS.jaegerQuery,
    "otlp-grpc": PORTS.otlpGrpc,
    "otlp-http": PORTS.otlpHttp,
  },
  ready: { path: "/status", port: PORTS.jaegerHealth },
  memory: { request: "96Mi", limit: "1Gi" },
});
