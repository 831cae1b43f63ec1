/** The collectors as workloads: one Deployment or StatefulSet, or one for each of two tiers. Pure. */
import type { EnvVar, Volume } from "../injection/pod.ts";
import { rank } from "../migration/goal.ts";
import type { CollectorSpec } from "../migration/pipelines.ts";
import type { Migration } from "../migration/types.ts";
import type { Settings } from "../settings.ts";
import { anywhere, hostOf, metricsUrl, PORTS } from "../backends/endpoints.ts";
import type { Backend, Claim } from "../backends/workload.ts";
import { collectorConfig } from "./config.ts";
import type { Places } from "./places.ts";
import { kafkaClient, secretVariables, secretVolumes } from "./secrets.ts";
import { isShaped, type Tier, tiersOf } from "./tiers.ts";

const FOLDER = "/etc/otelcol";
const FILE = "collector.yaml";
const SECRETS = "/etc/otelcol-secrets";
const QUEUE = "/var/lib/otelcol";
const VOLUME = "queue";
const MEMORY_MIB = 512;

/** An external Jaeger is sent to on the usual port of the host that answers queries, unless the resource says otherwise. */
const tracesPlace = (migration: Migration): string => {
  const { externalQueryUrl, externalEndpoint } = migration.spec.backends.traces;
  if (externalEndpoint) return externalEndpoint;
  if (!externalQueryUrl) return `${hostOf(migration, "jaeger")}:${PORTS.otlpGrpc}`;
  return `http://${new URL(externalQueryUrl).hostname}:${PORTS.otlpHttp}`;
};

const placesOf = (migration: Migration): Places => ({
  http: anywhere(PORTS.otlpHttp),
  grpc: anywhere(PORTS.otlpGrpc),
  health: anywhere(PORTS.collectorHealth),
  own: { host: "0.0.0.0", port: PORTS.collectorOwn },
  scrape: anywhere(PORTS.scrape),
  traces: tracesPlace(migration),
  metrics: metricsUrl(migration),
  resolver: { dns: { hostname: hostOf(migration, "sampler"), port: String(PORTS.otlpGrpc) } },
  group: `${migration.metadata.namespace}-${migration.metadata.name}`,
  kafka: kafkaClient(migration.spec.backends.collector, SECRETS),
  queue: QUEUE,
  secrets: SECRETS,
});

/** Until the new telemetry is validated every trace is evidence: none is left out. */
const inForce = ({ spec, status }: Migration): CollectorSpec => {
  const { collector } = spec.backends;
  const isProven = rank(status.phase) >= rank("Validated");
  if (!collector.tailSampling || isProven) return collector;
  return { ...collector, tailSampling: { ...collector.tailSampling, sharePercent: 100 } };
};

/** The pods that serve applications are always named collector. */
const NAMES = { whole: "collector", front: "collector", back: "sampler" } as const;

export const collectors = (migration: Migration, settings: Settings): Backend[] =>
  tiersOf(migration.spec.backends.collector).map((tier) => {
    const spec = inForce(migration);
    return {
      name: NAMES[tier],
      image: settings.images.collector,
      replicas: spec.replicas,
      file: FILE,
      folder: FOLDER,
      config: collectorConfig(placesOf(migration), spec, tier),
      args: [`--config=${FOLDER}/${FILE}`],
      ports: portsOf(spec, tier),
      ready: { path: "/", port: PORTS.collectorHealth },
      memory: { request: "96Mi", limit: `${spec.memoryMiB ?? MEMORY_MIB}Mi` },
      // Traces are balanced over addresses of pods, not over one of a Service.
      isHeadless: tier === "back",
      env: [...memoryGoal(spec), ...secretVariables(spec)],
      volumes: [...queueVolume(spec), ...secretVolumes(spec, SECRETS)],
      ...queueClaim(spec),
    };
  });

const portsOf = (spec: CollectorSpec, tier: Tier): Record<string, number> => ({
  "otlp-http": PORTS.otlpHttp,
  "otlp-grpc": PORTS.otlpGrpc,
  ...(isShaped(spec) ? { own: PORTS.collectorOwn } : {}),
  ...(spec.exporters?.scrape && (tier === "back") === Boolean(spec.kafka)
    ? { scrape: PORTS.scrape }
    : {}),
});

/** Garbage is collected harder before the limiter has to refuse. */
export const memoryGoal = ({ memoryMiB }: CollectorSpec): EnvVar[] =>
  memoryMiB ? [{ name: "GOMEMLIMIT", value: `${Math.floor(memoryMiB * 0.8)}MiB` }] : [];

const queueVolume = ({ queue }: CollectorSpec): { volume: Volume; mountPath: string }[] =>
  queue?.storage === "EmptyDir"
    ? [
        {
          volume: { name: VOLUME, emptyDir: { sizeLimit: `${queue.storageMiB}Mi` } },
          mountPath: QUEUE,
        },
      ]
    : [];

const queueClaim = ({ queue }: CollectorSpec): { claim?: Claim } =>
  queue?.storage === "PersistentVolumeClaim"
    ? {
        claim: {
          name: VOLUME,
          mountPath: QUEUE,
          storageMiB: queue.storageMiB,
          storageClass: queue.storageClass,
        },
      }
    : {};
