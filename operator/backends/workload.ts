/** One backend as ConfigMap, Deployment and Service. Pure. */
import { createHash } from "node:crypto";
import { stringify } from "yaml";
import type { Manifest } from "../cluster/cluster.ts";
import type { Container, DeploymentSpec, EnvVar, Volume } from "../injection/pod.ts";
import { owned } from "../migration/labels.ts";
import type { Migration } from "../migration/types.ts";
import { backendName, type BackendName, CONFIG_ANNOTATION } from "./endpoints.ts";

export interface Backend {
  name: BackendName;
  image: string;
  replicas: number;
  /** The configuration as a tree, the file it becomes, and the folder that file is in. */
  config: Record<string, unknown>;
  file: string;
  folder: string;
  args: string[];
  ports: Record<string, number>;
  ready: { path: string; port: number };
  /** Where that is another question than being ready. */
  alivePath?: string;
  memory: { request: string; limit: string };
  /** Its Service has no address of its own: the name stands for the addresses of the pods. */
  isHeadless?: boolean;
  env?: EnvVar[];
  volumes?: { volume: Volume; mountPath: string; readOnly?: boolean }[];
}

const USER = 65_532;

/** What Pod Security `restricted` asks for, and no writable root. */
export const restricted = {
  runAsNonRoot: true,
  runAsUser: USER,
  runAsGroup: USER,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};

/** A variable whose value is in a Secret that only the kubelet reads. */
export const fromSecret = (variable: string, secret: string, key: string): EnvVar => ({
  name: variable,
  valueFrom: { secretKeyRef: { name: secret, key } },
});

export const configText = ({ config }: Pick<Backend, "config">): string =>
  stringify(config, { lineWidth: 0 });

/** Names this configuration under this image. */
export const configHash = (backend: Backend): string =>
  createHash("sha256")
    .update(`${backend.image}\0${configText(backend)}`)
    .digest("hex")
    .slice(0, 10);

export const metadataOf = (
  migration: Migration,
  name: string,
  component: string,
): Manifest["metadata"] => ({
  name,
  namespace: migration.metadata.namespace,
  ...owned(migration, { component }),
});

const selector = (migration: Migration, { name }: Backend): Record<string, string> => ({
  "flashcard-otel.dev/migration": migration.metadata.name,
  "app.kubernetes.io/component": name,
});

const configVolume = (migration: Migration, { name }: Backend): Volume => ({
  name: "config",
  configMap: { name: backendName(migration, name) },
});

const containerOf = (backend: Backend): Container => ({
  name: backend.name,
  image: backend.image,
  imagePullPolicy: "IfNotPresent",
  args: backend.args,
  ...(backend.env?.length ? { env: backend.env } : {}),
  ports: Object.entries(backend.ports).map(([name, containerPort]) => ({ name, containerPort })),
  readinessProbe: { httpGet: backend.ready, periodSeconds: 2, failureThreshold: 3 },
  livenessProbe: {
    httpGet: { ...backend.ready, path: backend.alivePath ?? backend.ready.path },
    initialDelaySeconds: 60,
    periodSeconds: 20,
    failureThreshold: 6,
  },
  resources: {
    requests: { cpu: "50m", memory: backend.memory.request },
    limits: { memory: backend.memory.limit },
  },
  securityContext: restricted,
  volumeMounts: [
    { name: "config", mountPath: backend.folder, readOnly: true },
    ...(backend.volumes ?? []).map(({ volume, mountPath, readOnly }) => ({
      name: volume.name,
      mountPath,
      ...(readOnly ? { readOnly } : {}),
    })),
  ],
});

const deployment = (migration: Migration, backend: Backend): Manifest => {
  const labels = owned(migration, { component: backend.name }).labels;
  const spec: DeploymentSpec = {
    replicas: backend.replicas,
    selector: { matchLabels: selector(migration, backend) },
    // Pods that cannot start, for want of a Secret for example, take the place of none that run.
    strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    template: {
      // A new configuration is a new template, so that it rolls out like any other change.
      metadata: { labels, annotations: { [CONFIG_ANNOTATION]: configHash(backend) } },
      spec: {
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { fsGroup: USER },
        containers: [containerOf(backend)],
        volumes: [
          configVolume(migration, backend),
          ...(backend.volumes ?? []).map(({ volume }) => volume),
        ],
      },
    },
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(migration, backendName(migration, backend.name), backend.name),
    spec,
  };
};

const service = (migration: Migration, backend: Backend): Manifest => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: metadataOf(migration, backendName(migration, backend.name), backend.name),
  spec: {
    ...(backend.isHeadless ? { clusterIP: "None" } : {}),
    selector: selector(migration, backend),
    ports: Object.entries(backend.ports).map(([name, port]) => ({ name, port, targetPort: name })),
  },
});

const configMap = (migration: Migration, backend: Backend): Manifest => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: metadataOf(migration, backendName(migration, backend.name), backend.name),
  data: { [backend.file]: configText(backend) },
});

/** In the order in which they are needed. */
export const workload = (migration: Migration, backend: Backend): Manifest[] => [
  configMap(migration, backend),
  service(migration, backend),
  deployment(migration, backend),
];
