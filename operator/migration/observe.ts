/** Doors -> World. Everything is read once; what is absent is undefined, never zero. */
import type { Logger } from "pino";
import type { Cluster, Manifest } from "../cluster/cluster.ts";
import { observeConfiguration } from "../collector/observe.ts";
import { observePulse } from "../pulse/pulse.ts";
import { withTemplate } from "../injection/workload.ts";
import { observeRollout } from "../rollout/observe.ts";
import type { RolloutState } from "../rollout/state.ts";
import { userTemplateHash } from "../rollout/template.ts";
import type { Settings } from "../settings.ts";
import { nodeLeases } from "../trial/node.ts";
import { conflicting, othersThan } from "./conflict.ts";
import { gather } from "./gates.ts";
import { goalOf, isLeaving } from "./goal.ts";
import { observeGuard } from "./guarding.ts";
import { hashesIn } from "./inuse.ts";
import { componentIn } from "./named.ts";
import { observePreflight, observeWebhook } from "./refusals.ts";
import { observeRemains } from "./remains.ts";
import { isTaken, type Member, roster } from "./roster.ts";
import {
  type ComponentSpec,
  type ComponentStatus,
  GROUP,
  KIND,
  type Kind,
  specSchema,
  statusSchema,
  VERSION,
} from "./schema.ts";
import { observeTelemetry } from "./telemetry.ts";
import { observeTrial } from "./trialworld.ts";
import type { ComponentWorld, Migration, World } from "./types.ts";

export interface Key {
  namespace: string;
  name: string;
}

export interface Dependencies {
  cluster: Cluster;
  settings: Settings;
  /** Source texts that are delivered as ConfigMaps, read once at start. */
  sources: { agent: string; trial: string; pulse: string };
  now: () => Date;
  fetch: typeof globalThis.fetch;
  digest: (text: string) => string;
  log: Logger;
}

/** A resource nothing can be done about before a person changes it. */
export interface Refused {
  refused: { reason: string; message: string };
  migration: Migration;
  now: Date;
}

/** What a namespace holds, listed once per look. */
export interface Inventory {
  deployments: Manifest[];
  /** Only ours unless a component is one. */
  statefulSets: Manifest[];
  /** Empty unless a component is one. */
  cronJobs: Manifest[];
  replicaSets: Manifest[];
  pods: Manifest[];
  jobs: Manifest[];
  configMaps: Manifest[];
  services: Manifest[];
  /** Other resources; empty unless a component leaves its workload. */
  rivals: Manifest[];
}

export const observe = async (
  key: Key,
  deps: Dependencies,
): Promise<{ world: World } | Refused | undefined> => {
  const object = await deps.cluster.read({ apiVersion: `${GROUP}/${VERSION}`, kind: KIND, ...key });
  if (!object) return undefined;
  const parsed = parse(object);
  if ("refused" in parsed) return { ...parsed, now: deps.now() };
  const { migration } = parsed;
  const conflict = await conflicting(migration, deps);
  if (conflict && !isLeaving(migration)) return { refused: conflict, migration, now: deps.now() };
  return { world: await look(migration, deps) };
};

const look = async (migration: Migration, deps: Dependencies): Promise<World> => {
  const [inventory, leases] = await Promise.all([
    takeStock(migration, deps.cluster),
    deps.cluster.list(nodeLeases(deps.settings.namespace)),
  ]);
  const surveyed = { ...survey(migration, inventory, deps), leases };
  const components = await Promise.all(
    surveyed.components.map(async (seen) => {
      const status = componentIn(migration.status, seen.spec.name);
      const subject = { migration, status, inventory, leases, ...seen };
      return { ...seen, ...(await closerLook(subject, seen.rollout, deps)) };
    }),
  );
  const pulse = await observePulse(migration, inventory.pods, deps.cluster);
  const counted: World = { ...surveyed, components, pulse };
  const world = { ...counted, components: await observeRemains(counted, deps.cluster) };
  return { ...world, ...(await gather(world, goalOf(migration), { ...deps, inventory })) };
};

/** What the lists alone say. Whoever only wants to know what would happen must not ask more: questions have effects. */
export const survey = (
  migration: Migration,
  inventory: Inventory,
  deps: Pick<Dependencies, "settings" | "sources" | "now">,
): World => ({
  now: deps.now(),
  migration,
  settings: deps.settings,
  sources: deps.sources,
  components: roster(migration).map((member) =>
    surveyComponent({ migration, ...member, inventory }, deps.now()),
  ),
  owned: Object.values(inventory).flat().filter(isOwnedBy(migration)),
  leases: [],
  configuration: observeConfiguration(migration, deps.settings, inventory),
  hashesInUse: hashesIn(inventory),
  pulse: undefined,
  gates: {},
  parity: undefined,
  baseline: undefined,
  objectives: undefined,
  switching: undefined,
});

/**
 * The resource as the code knows it, or why it cannot be worked on.
 * @throws when its status is none that this version knows: nobody may take that for an empty one, and undo what stands.
 */
export const parse = (object: Manifest): { migration: Migration } | Omit<Refused, "now"> => {
  const spec = specSchema.safeParse(object.spec);
  const status = statusSchema.safeParse(object.status ?? {});
  const metadata = {
    ...object.metadata,
    namespace: object.metadata.namespace ?? "default",
    uid: object.metadata.uid ?? "",
  };
  if (!status.success)
    throw new Error(
      `this version does not understand the status of ${metadata.namespace}/${metadata.name}, and touches nothing; another version of the operator wrote it: run that one, or a newer one (${issuesOf(status.error, "status")})`,
    );
  const known = status.data;
  if (spec.success) return { migration: { metadata, spec: spec.data, status: known } };
  const issues = issuesOf(spec.error, "spec");
  const harmless = specSchema.parse({
    target: "Legacy",
    components: [{ name: "none", target: { name: "none" } }],
  });
  return {
    refused: { reason: "Invalid", message: issues.slice(0, 1000) },
    migration: { metadata, spec: harmless, status: known },
  };
};

const issuesOf = (
  { issues }: { issues: { path: PropertyKey[]; message: string }[] },
  part: string,
): string =>
  issues.map(({ path, message }) => `${[part, ...path].join(".")}: ${message}`).join("; ");

export const takeStock = async (migration: Migration, cluster: Cluster): Promise<Inventory> => {
  const { namespace } = migration.metadata;
  const members = roster(migration);
  const list = (apiVersion: string, kind: string, labels?: string) =>
    cluster.list({ apiVersion, kind, namespace, ...(labels ? { labels } : {}) });
  const ours = "app.kubernetes.io/managed-by=flashcard-otel";
  const has = (kind: Kind) => members.some(({ spec }) => spec.target.kind === kind);
  const all = await Promise.all([
    list("apps/v1", "Deployment"),
    list("apps/v1", "StatefulSet", has("StatefulSet") ? undefined : ours),
    has("CronJob") ? list("batch/v1", "CronJob") : [],
    list("apps/v1", "ReplicaSet"),
    list("v1", "Pod"),
    // The runs of a CronJob are its user's.
    list("batch/v1", "Job", has("CronJob") ? undefined : ours),
    list("v1", "ConfigMap", ours),
    list("v1", "Service", ours),
  ]);
  const [deployments, statefulSets, cronJobs, replicaSets, pods, jobs, configMaps, services] = all;
  const rivals = members.some(({ leaves }) => leaves) ? await othersThan(migration, cluster) : [];
  return {
    deployments,
    statefulSets,
    cronJobs,
    replicaSets,
    pods,
    jobs,
    configMaps,
    services,
    rivals,
  };
};

const isOwnedBy =
  ({ metadata: { uid } }: Migration) =>
  (object: Manifest): boolean =>
    object.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.controller) ??
    false;

/** One component with everything that is needed to look closer at it. */
export interface Subject {
  migration: Migration;
  spec: ComponentSpec;
  status: ComponentStatus | undefined;
  deployment: Manifest | undefined;
  inventory: Inventory;
}

/** One that may be in a trial. */
export interface TrialSubject extends Subject {
  /** Of nodes on which trials measure. */
  leases: Manifest[];
}

const surveyComponent = (
  {
    migration,
    spec,
    leaves,
    inventory,
  }: Pick<Subject, "migration" | "spec" | "inventory"> & Member,
  now: Date,
): ComponentWorld => {
  const status = componentIn(migration.status, spec.name);
  const isLeft = leaves && isTaken(spec.target, inventory.rivals);
  const deployment = isLeft ? undefined : workloadOf(spec, inventory);
  const since = status?.stage === "RollingOut" && status.since ? new Date(status.since) : undefined;
  return {
    spec,
    leaves,
    deployment,
    rollout: deployment && observeRollout(deployment, inventory, { now, since }),
    templateHash: deployment ? userTemplateHash(deployment) : "",
    refusals: [],
    outgoing: undefined,
    webhook: undefined,
    trial: undefined,
    telemetrySeen: undefined,
    guard: [],
    remains: undefined,
  };
};

const PLACES: Record<Kind, "deployments" | "statefulSets" | "cronJobs"> = {
  Deployment: "deployments",
  StatefulSet: "statefulSets",
  CronJob: "cronJobs",
};

const workloadOf = ({ target }: ComponentSpec, inventory: Inventory): Manifest | undefined => {
  const found = inventory[PLACES[target.kind]].find(
    ({ metadata }) => metadata.name === target.name,
  );
  return found && withTemplate(found);
};

/** What is asked only in the stage that needs the answer. */
const closerLook = async (
  subject: TrialSubject,
  rollout: RolloutState | undefined,
  deps: Dependencies,
): Promise<Partial<ComponentWorld>> => {
  const stage = subject.status?.stage;
  const isPlain = rollout?.complete && rollout.plainPods.length > 0;
  return {
    ...(stage === "Preflight" ? await observePreflight(subject, deps) : {}),
    webhook: isPlain ? await observeWebhook(subject, deps) : undefined,
    trial: stage === "Trial" ? await observeTrial(subject, deps) : undefined,
    telemetrySeen: stage === "Soaking" ? await observeTelemetry(subject, deps) : undefined,
    guard: stage === "RollingOut" ? await observeGuard(subject, deps) : [],
  };
};
