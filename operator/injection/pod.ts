/** The parts of a pod that we read or write, as the API server sends them. Everything else passes through untouched. */
import type { ObjectMeta } from "../cluster/cluster.ts";

export interface EnvVar {
  name: string;
  /** Absent when the value is empty: the API server leaves empty strings out. */
  value?: string;
  valueFrom?: Record<string, unknown>;
}

export interface VolumeMount {
  name: string;
  mountPath: string;
  readOnly?: boolean;
  subPath?: string;
  subPathExpr?: string;
}

export interface Probe {
  httpGet?: { path?: string; port: number | string; scheme?: string; host?: string };
  [field: string]: unknown;
}

export interface Container {
  name: string;
  image?: string;
  command?: string[];
  args?: string[];
  env?: EnvVar[];
  envFrom?: { prefix?: string; configMapRef?: { name: string }; secretRef?: { name: string } }[];
  volumeMounts?: VolumeMount[];
  ports?: { name?: string; containerPort: number; protocol?: string }[];
  readinessProbe?: Probe;
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  restartPolicy?: string;
  [field: string]: unknown;
}

export interface Volume {
  name: string;
  [source: string]: unknown;
}

export interface PodSpec {
  containers: Container[];
  initContainers?: Container[];
  volumes?: Volume[];
  hostNetwork?: boolean;
  dnsPolicy?: string;
  os?: { name?: string };
  [field: string]: unknown;
}

/** A pod, or the template of one. */
export interface Template {
  metadata?: Partial<ObjectMeta>;
  spec: PodSpec;
}

/** Of a Deployment, and of a StatefulSet or CronJob as far as we read them. */
export interface DeploymentSpec {
  replicas?: number;
  paused?: boolean;
  minReadySeconds?: number;
  progressDeadlineSeconds?: number;
  selector?: { matchLabels?: Record<string, string> };
  strategy?: {
    type?: string;
    rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string };
  };
  /** Of a StatefulSet. */
  updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } };
  volumeClaimTemplates?: { metadata: { name: string } }[];
  /** Of a CronJob. */
  suspend?: boolean;
  template: Template;
}

/** The container that runs the application: the named one, or the first. */
export const targetIn = (
  { containers }: PodSpec,
  name: string | undefined,
): { container: Container; index: number } | undefined => {
  const index = name ? containers.findIndex((container) => container.name === name) : 0;
  const container = containers[index];
  return container && { container, index };
};

/** The last one wins, as in the kubelet. */
export const lastIndexOf = (env: EnvVar[] | undefined, name: string): number =>
  (env ?? []).findLastIndex((variable) => variable.name === name);
