/** Where telemetry goes and where it is asked for: the managed backends, or the user's own. Pure. */
import { keepsClaims, tiersOf } from "../collector/tiers.ts";
import type { Migration } from "../migration/types.ts";

export type BackendName = "collector" | "sampler" | "jaeger" | "prometheus";

export const PORTS = {
  otlpHttp: 4318,
  otlpGrpc: 4317,
  collectorHealth: 13_133,
  /** What the collector tells about itself. */
  collectorOwn: 8888,
  /** Metrics that the collector offers. */
  scrape: 8889,
  jaegerQuery: 16_686,
  jaegerHealth: 13_134,
  prometheus: 9090,
} as const;

/** To listen on, on every address of a pod. */
export const anywhere = (port: number): string => `0.0.0.0:${port}`;

type Subject = Pick<Migration, "metadata" | "spec">;

export const backendName = ({ metadata }: Pick<Migration, "metadata">, name: BackendName): string =>
  `${metadata.name}-${name}`;

/** Job in which the collector checks the configuration with this hash. */
export const validationName = ({ metadata }: Pick<Migration, "metadata">, hash: string): string =>
  `${metadata.name}-validate-${hash}`;

/** On the pod template of a backend: which configuration it runs. */
export const CONFIG_ANNOTATION = "flashcard-otel.dev/config";

/** Host name within the cluster. */
export const hostOf = (migration: Pick<Migration, "metadata">, name: BackendName): string =>
  `${backendName(migration, name)}.${migration.metadata.namespace}.svc`;

const trimmed = (url: string): string => url.replace(/\/+$/, "");

/** Base address of OTLP/HTTP: `/v1/traces` and the like are appended. */
export const collectorUrl = (migration: Subject): string =>
  trimmed(
    migration.spec.backends.collector.externalEndpoint ??
      `http://${hostOf(migration, "collector")}:${PORTS.otlpHttp}`,
  );

/** Base address of Jaeger's query API. */
export const tracesUrl = (migration: Subject): string =>
  trimmed(
    migration.spec.backends.traces.externalQueryUrl ??
      `http://${hostOf(migration, "jaeger")}:${PORTS.jaegerQuery}`,
  );

/** Base address of the new Prometheus. */
export const metricsUrl = (migration: Subject): string =>
  trimmed(
    migration.spec.backends.metrics.externalUrl ??
      `http://${hostOf(migration, "prometheus")}:${PORTS.prometheus}`,
  );

/** Base address of the old Prometheus; undefined when the resource names none. */
export const legacyUrl = ({ spec }: Subject): string | undefined =>
  spec.legacy && trimmed(spec.legacy.prometheus.url);

/** The collectors that are ours to run: the one that applications send to, and the second tier behind it. */
export const managedCollectors = ({ spec }: Subject): BackendName[] => {
  const { collector } = spec.backends;
  if (collector.externalEndpoint) return [];
  return tiersOf(collector).map((tier) => (tier === "back" ? "sampler" : "collector"));
};

const COLLECTORS: readonly BackendName[] = ["collector", "sampler"];

export const isCollector = (name: string | undefined): boolean =>
  COLLECTORS.some((one) => one === name);

/** What a backend runs as: with a disk of its own for each pod it is a StatefulSet. */
export const workloadKind = (
  { spec }: Pick<Migration, "spec">,
  name: BackendName,
): "Deployment" | "StatefulSet" =>
  isCollector(name) && keepsClaims(spec.backends.collector) ? "StatefulSet" : "Deployment";

/** The backends that are ours to run; collectors come last, they start into backends that are already coming up. */
export const managedBackends = (migration: Subject): BackendName[] => [
  ...(migration.spec.backends.traces.externalQueryUrl ? [] : (["jaeger"] as const)),
  ...(migration.spec.backends.metrics.externalUrl ? [] : (["prometheus"] as const)),
  ...managedCollectors(migration),
];
