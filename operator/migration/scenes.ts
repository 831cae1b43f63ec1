/** Builders with healthy defaults for tests of the state machine: a case states only its difference. */
import type { Manifest } from "../cluster/cluster.ts";
import type { EnvVar } from "../injection/pod.ts";
import type { RolloutState } from "../rollout/state.ts";
import {
  type ComponentStatus,
  type Phase,
  type Spec,
  specSchema,
  type Status,
  statusSchema,
} from "./schema.ts";
import type { ComponentWorld, TrialWorld, World } from "./types.ts";

export const NOW = new Date("2026-01-02T03:04:05Z");

export const ago = (seconds: number): string =>
  new Date(NOW.getTime() - seconds * 1000).toISOString();

export const spec = (difference: Record<string, unknown> = {}): Spec =>
  specSchema.parse({
    target: "Instrumented",
    components: [
      {
        name: "api",
        target: { name: "api" },
        trial: { sideEffects: "None", items: { configMap: "items" } },
      },
    ],
    ...difference,
  });

export const status = (difference: Record<string, unknown> = {}): Status =>
  statusSchema.parse({ observedGeneration: 1, ...difference });

export const component = (difference: Partial<ComponentStatus> = {}): ComponentStatus => ({
  name: "api",
  stage: "Waiting",
  reason: "Plain",
  message: "not instrumented",
  repair: 0,
  legacy: "on",
  attempts: 0,
  verdicts: [],
  since: ago(5),
  templateHash: "template-1",
  ...difference,
});

/** Of the attempt `a1`, with something to seal. */
export const trialWorld = (difference: Partial<TrialWorld> = {}): TrialWorld => ({
  attempt: "a1",
  plain: undefined,
  injected: undefined,
  refused: undefined,
  node: undefined,
  job: undefined,
  jobPod: undefined,
  evidence: "{}\n",
  verdict: undefined,
  ...difference,
});

/** The workload of `spec`'s component as an API server holds it, healthy; `env`: of its container. */
export const deployment = (env: EnvVar[] = []): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "api", namespace: "shop", uid: "d-1", generation: 1 },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: "api" } },
    template: {
      metadata: { labels: { app: "api" } },
      spec: {
        containers: [
          {
            name: "app",
            image: "shop/api:7",
            ports: [{ containerPort: 8080 }],
            env,
            readinessProbe: { httpGet: { path: "/readyz", port: 8080 } },
          },
        ],
      },
    },
  },
  status: {
    observedGeneration: 1,
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
  },
});

export const rollout = (difference: Partial<RolloutState> = {}): RolloutState =>
  ({
    asked: { hash: "h", repair: 0 },
    complete: true,
    updated: 2,
    available: 2,
    total: 2,
    refused: undefined,
    plainPods: [],
    injectedPods: [],
    skipped: [],
    failing: [],
    stuck: [],
    originalReplicaSet: "api-1",
    currentReplicaSet: "api-1",
    ...difference,
  }) as RolloutState;

export const seen = (difference: Partial<ComponentWorld> = {}): ComponentWorld => {
  const [only] = spec().components;
  if (!only) throw new Error("the default spec has a component");
  return {
    spec: only,
    leaves: false,
    deployment: { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "api" } },
    rollout: rollout(),
    templateHash: "template-1",
    refusals: [],
    outgoing: undefined,
    webhook: undefined,
    trial: undefined,
    telemetrySeen: undefined,
    guard: [],
    remains: undefined,
    ...difference,
  };
};

export interface Scene {
  phase?: Phase;
  spec?: Spec;
  status?: Status;
  components?: ComponentWorld[];
  annotations?: Record<string, string>;
  deleted?: boolean;
  world?: Partial<World>;
}

export const world = (scene: Scene = {}): World => ({
  now: NOW,
  migration: {
    metadata: {
      name: "pipeline",
      namespace: "shop",
      uid: "uid-1",
      generation: 1,
      ...(scene.annotations ? { annotations: scene.annotations } : {}),
      ...(scene.deleted ? { deletionTimestamp: ago(1) } : {}),
    },
    spec: scene.spec ?? spec(),
    status: scene.status ?? status({ phase: scene.phase ?? "Legacy" }),
  },
  settings: {} as World["settings"],
  sources: { agent: "// agent", trial: "", pulse: "" },
  components: scene.components ?? [seen()],
  owned: [],
  leases: [],
  configuration: { mayRoll: true, refused: undefined },
  hashesInUse: new Set(),
  pulse: undefined,
  gates: {},
  parity: undefined,
  baseline: undefined,
  objectives: undefined,
  switching: undefined,
  ...scene.world,
});
