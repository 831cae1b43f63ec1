/** One backend as ConfigMap, Service and Deployment, or StatefulSet where its pods keep something. Pure. */
import { createHash } from "node:crypto";
import { stringify } from "yaml";
import type { Manifest } from "../cluster/cluster.ts";
import type { Container, DeploymentSpec, EnvVar, Volume } from "../injection/pod.ts";
import { owned } from "../migration/labels.ts";
import type { Migration } from "../migration/types.ts";
import { backendName, type BackendName, CONFIG_ANNOTATION, workloadKind } from "./endpoints.ts";

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
  claim?: Claim;
}

/** A disk for each pod, which the pod that takes its place gets again. */
export interface Claim {
  name: string;
  mountPath: string;
  storageMiB: number;
  /** The cluster's default when absent. */
  storageClass: string | undefined;
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
    ...(backend.claim ? [{ name: backend.claim.name, mountPath: backend.claim.mountPath }] : []),
  ],
});

const common = (migration: Migration, backend: Backend): DeploymentSpec => ({
  replicas: backend.replicas,
  selector: { matchLabels: selector(migration, backend) },
  template: {
    metadata: {
      labels: owned(migration, { component: backend.name }).labels,
      // A new configuration is a new template, so that it rolls out like any other change.
      annotations: { [CONFIG_ANNOTATION]: configHash(backend) },
    },
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
});

const deployment = (migration: Migration, backend: Backend): object => ({
  ...common(migration, backend),
  // Pods that cannot start, for want of a Secret for example, take the place of none that run.
  strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
});

/** A claim belongs to an ordinal, and only one process may have it: pods are renewed in their place, one by one. */
const statefulSet = (migration: Migration, backend: Backend, claim: Claim): object => ({
  ...common(migration, backend),
  serviceName: backendName(migration, backend.name),
  // None waits for another at the start, nor does a revision that never gets ready stand in the way of the next.
  podManagementPolicy: "Parallel",
  // Of a pod that is scaled away the disk stays, with what waits on it; with the collector everything goes.
  persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Retain" },
  volumeClaimTemplates: [
    {
      metadata: { name: claim.name },
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: `${claim.storageMiB}Mi` } },
        ...(claim.storageClass ? { storageClassName: claim.storageClass } : {}),
      },
    },
  ],
});

const pods = (migration: Migration, backend: Backend): Manifest => ({
  apiVersion: "apps/v1",
  kind: workloadKind(migration, backend.name),
  metadata: metadataOf(migration, backendName(migration, backend.name), backend.name),
  spec: backend.claim
    ? statefulSet(migration, backend, backend.claim)
    : deployment(migration, backend),
});

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
  pods(migration, backend),
];
