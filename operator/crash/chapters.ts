/** The fixed set of scenarios: what a user does, and what it leads to. Each begins where another one ended. */
import type { Manifest } from "../cluster/cluster.ts";
import { COMMAND } from "../migration/goal.ts";
import { GROUP, KIND, type Phase, type Status, VERSION } from "../migration/schema.ts";
import { material, SPEC } from "../switching/scene.ts";
import { NAME, NAMESPACE, type Stage } from "./stage.ts";

export interface Chapter {
  name: string;
  /** The chapter whose end it begins at; the first one begins in an empty namespace. */
  after?: string;
  begin: (stage: Stage) => Promise<unknown>;
  /** Workloads whose injected pods crash. */
  crashing?: readonly string[];
  /** Where it ends; no resource is left after its deletion. */
  done: (status: Status | undefined) => boolean;
}

const configMap = (name: string, data: Record<string, string>): Manifest => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: NAMESPACE },
  data,
});

const PARITY = `version: 1
rows:
  - { row: gone, legacy: old_calls_total, otel: new_calls_total, path: otlp, kind: counter, unitFactor: 1, labels: {}, tolerancePercent: 1, dropped: nobody reads it }
`;

const template = (app: string, image: string, restartPolicy: string) => ({
  metadata: { labels: { app } },
  spec: {
    restartPolicy,
    containers: [
      {
        name: "app",
        image,
        ports: [{ name: "http", containerPort: 8080 }],
        readinessProbe: { httpGet: { path: "/readyz", port: "http" } },
      },
    ],
  },
});

const workload = (image: string): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "api", namespace: NAMESPACE },
  spec: {
    replicas: 2,
    strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    selector: { matchLabels: { app: "api" } },
    template: template("api", image, "Always"),
  },
});

const store: Manifest = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "store", namespace: NAMESPACE },
  spec: {
    replicas: 2,
    serviceName: "store",
    selector: { matchLabels: { app: "store" } },
    template: template("store", "store:1", "Always"),
  },
};

const nightly: Manifest = {
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name: "nightly", namespace: NAMESPACE },
  spec: {
    schedule: "0 3 * * *",
    jobTemplate: { spec: { template: template("nightly", "nightly:1", "Never") } },
  },
};

const components = [
  {
    name: "api",
    target: { name: "api" },
    profile: "Lean",
    rollout: { acceptNotGuarded: true },
    trial: { sideEffects: "None", items: { configMap: "items" } },
    legacyOff: { env: { name: "LEGACY", value: "off" } },
  },
  {
    name: "store",
    target: { kind: "StatefulSet", name: "store" },
    rollout: { acceptNotGuarded: true },
    trial: { sideEffects: "None", skip: true },
  },
  {
    name: "nightly",
    target: { kind: "CronJob", name: "nightly" },
    trial: { sideEffects: "None", acceptUnmeasured: true },
  },
];

const resource = (target: Phase, named = components): Manifest => ({
  apiVersion: `${GROUP}/${VERSION}`,
  kind: KIND,
  metadata: { name: NAME, namespace: NAMESPACE },
  spec: {
    ...SPEC,
    target,
    components: named,
    backends: { collector: { queue: { storage: "PersistentVolumeClaim" } } },
    pulse: { script: { configMap: "items" } },
    parity: { map: { configMap: "parity" }, windowSeconds: 30 },
  },
});

const reference = {
  apiVersion: `${GROUP}/${VERSION}`,
  kind: KIND,
  namespace: NAMESPACE,
  name: NAME,
};

const install = async ({ user }: Stage): Promise<void> => {
  const brought = [
    ...material(),
    configMap("items", {}),
    configMap("parity", { "parity.yaml": PARITY }),
  ];
  for (const object of brought) await user.apply(object);
  for (const object of [workload("app:1"), store, nightly]) await user.apply(object);
  await user.apply(resource("Alongside"));
};

const aim =
  (target: Phase) =>
  ({ user }: Stage) =>
    user.apply(resource(target));

const settledAt =
  (phase: Phase, stage = "Instrumented") =>
  (status: Status | undefined): boolean =>
    status?.phase === phase &&
    status.next?.reason === "Settled" &&
    status.components.every((component) => component.stage === stage);

const isTakenBack =
  (component: string) =>
  (status: Status | undefined): boolean =>
    status?.components.some(({ name, stage }) => name === component && stage === "TakenBack") ===
    true;

/** The pods of one component crash once they carry the agent. */
const crashOf = (name: string, component: string): Chapter => ({
  name,
  after: "alongside",
  begin: aim("Instrumented"),
  crashing: [component],
  done: isTakenBack(component),
});

export const chapters: Chapter[] = [
  { name: "alongside", begin: install, done: settledAt("Alongside", "Waiting") },
  {
    name: "instrumented",
    after: "alongside",
    begin: aim("Instrumented"),
    done: settledAt("Instrumented"),
  },
  {
    name: "taken off the list",
    after: "instrumented",
    begin: ({ user }) => user.apply(resource("Instrumented", components.slice(0, 1))),
    done: (status) => settledAt("Instrumented")(status) && status?.components.length === 1,
  },
  {
    name: "validated",
    after: "instrumented",
    begin: aim("Validated"),
    done: settledAt("Validated"),
  },
  { name: "switched", after: "validated", begin: aim("Switched"), done: settledAt("Switched") },
  { name: "retired", after: "switched", begin: aim("Retired"), done: settledAt("Retired") },
  {
    name: "back",
    after: "retired",
    begin: aim("Legacy"),
    done: settledAt("Legacy", "Waiting"),
  },
  {
    name: "deleted",
    after: "switched",
    begin: ({ user }) => user.remove(reference),
    done: (status) => status === undefined,
  },
  crashOf("crash loop", "api"),
  crashOf("crash loop of a StatefulSet", "store"),
  crashOf("failed run", "nightly"),
  {
    name: "held at a retry",
    after: "crash loop",
    begin: ({ user }) =>
      user.merge(reference, {
        metadata: { annotations: { [COMMAND.retry]: "1", [COMMAND.hold]: "Alongside" } },
      }),
    done: settledAt("Alongside", "Waiting"),
  },
  {
    name: "released",
    after: "instrumented",
    begin: ({ user }) => user.apply(workload("app:2")),
    done: settledAt("Instrumented"),
  },
];

export const chapterOf = (name: string): Chapter => {
  const chapter = chapters.find((one) => one.name === name);
  if (!chapter) throw new Error(`there is no chapter ${name}`);
  return chapter;
};
