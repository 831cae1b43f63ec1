/** Jaeger with its storage in memory, which is enough for a migration, or in front of a cluster of the user's, where traces last. Pure. */
import type { StorageSpec } from "../migration/pipelines.ts";
import type { EnvVar } from "../injection/pod.ts";
import type { Migration } from "../migration/types.ts";
import type { Settings } from "../settings.ts";
import { anywhere, PORTS } from "./endpoints.ts";
import { type Backend, fromSecret } from "./workload.ts";

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

type Tree = Record<string, unknown>;

const USER = "STORAGE_USERNAME";
const PASSWORD = "STORAGE_PASSWORD";

const basic = ({ credentials }: StorageSpec): Tree =>
  credentials
    ? { auth: { basic: { username: `\${env:${USER}}`, password: `\${env:${PASSWORD}}` } } }
    : {};

const indices = (storage: StorageSpec): Tree => ({
  server_urls: storage.servers,
  indices: { index_prefix: storage.name },
  ...basic(storage),
});

const KINDS: Record<StorageSpec["kind"], (storage: StorageSpec) => Tree> = {
  OpenSearch: (storage) => ({ opensearch: indices(storage) }),
  Elasticsearch: (storage) => ({ elasticsearch: indices(storage) }),
  Cassandra: (storage) => ({
    cassandra: {
      schema: { keyspace: storage.name, create: true },
      connection: { servers: storage.servers, tls: { insecure: true }, ...basic(storage) },
    },
  }),
};

const storeOf = (storage: StorageSpec | undefined): { name: string; config: Tree } =>
  storage
    ? { name: "cluster", config: KINDS[storage.kind](storage) }
    : { name: "memory", config: { memory: { max_traces: MAX_TRACES } } };

export const jaegerConfig = (places: JaegerPlaces, storage?: StorageSpec): Tree => {
  const { name, config } = storeOf(storage);
  return {
    receivers: {
      otlp: { protocols: { grpc: { endpoint: places.grpc }, http: { endpoint: places.http } } },
    },
    processors: { batch: { timeout: "200ms" } },
    exporters: { jaeger_storage_exporter: { trace_storage: name } },
    extensions: {
      healthcheckv2: { use_v2: true, http: { endpoint: places.health } },
      jaeger_query: {
        storage: { traces: name },
        http: { endpoint: places.query },
        grpc: { endpoint: places.queryGrpc },
      },
      jaeger_storage: { backends: { [name]: config } },
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
  };
};

const FOLDER = "/etc/jaeger";
const FILE = "jaeger.yaml";

const PLACES: JaegerPlaces = {
  grpc: anywhere(PORTS.otlpGrpc),
  http: anywhere(PORTS.otlpHttp),
  query: anywhere(PORTS.jaegerQuery),
  queryGrpc: anywhere(PORTS.jaegerQuery - 1),
  health: anywhere(PORTS.jaegerHealth),
};

const variables = ({ credentials }: StorageSpec): EnvVar[] => {
  if (!credentials) return [];
  const { secret } = credentials;
  return [fromSecret(USER, secret, "username"), fromSecret(PASSWORD, secret, "password")];
};

export const jaeger = ({ spec: { backends } }: Migration, { images }: Settings): Backend => ({
  name: "jaeger",
  image: images.jaeger,
  replicas: backends.traces.storage?.replicas ?? 1,
  env: backends.traces.storage ? variables(backends.traces.storage) : [],
  file: FILE,
  folder: FOLDER,
  config: jaegerConfig(PLACES, backends.traces.storage),
  args: ["--config", `${FOLDER}/${FILE}`],
  ports: {
    query: PORTS.jaegerQuery,
    "otlp-grpc": PORTS.otlpGrpc,
    "otlp-http": PORTS.otlpHttp,
  },
  ready: { path: "/status", port: PORTS.jaegerHealth },
  memory: { request: "96Mi", limit: "1Gi" },
});
