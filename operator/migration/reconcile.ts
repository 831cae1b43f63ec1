/** Look once, decide once, make it so. */
import { isDeepStrictEqual } from "node:util";
import { ClusterError, type Manifest } from "../cluster/cluster.ts";
import { type Dependencies, type Key, observe, type Refused } from "./observe.ts";
import { bequeathed, desired, prunable, stuckPods, workloads } from "./desired.ts";
import { condition } from "./conditions.ts";
import { FINALIZER, GROUP, KIND, VERSION, type Status } from "./schema.ts";
import { isLeaving } from "./goal.ts";
import { isLeft } from "./leaving.ts";
import { componentIn } from "./named.ts";
import { eventOf, news } from "./news.ts";
import { sealed } from "./sealing.ts";
import { performSwitch } from "./switch.ts";
import { claims, unclaimed } from "./trialset.ts";
import type { Migration, World } from "./types.ts";

const APPLIED = `${GROUP}/applied`;

export interface Look {
  /** When to look again. */
  requeueSeconds: number;
  /** As it was left. */
  migration: Migration;
}

/** Undefined when the resource is gone. */
export const reconcile = async (key: Key, deps: Dependencies): Promise<Look | undefined> => {
  const seen = await observe(key, deps);
  if (!seen) return undefined;
  if ("refused" in seen) return (await letGo(seen, deps)) ?? refuse(seen, deps);
  const { world } = seen;
  if (await finalise(world.migration, leaveOf(world), deps))
    return { requeueSeconds: 1, migration: world.migration };
  const decision = await sealed(world, deps);
  for (const record of decision.keep) await keep(record, deps);
  // Status first: it is the commit point. A stale look fails here, before any workload is touched.
  await commit(world.migration, decision.status, deps);
  await tell(world, decision.status, deps);
  const next: World = { ...world, migration: { ...world.migration, status: decision.status } };
  await makeSo(next, deps);
  return { requeueSeconds: decision.requeueSeconds, migration: next.migration };
};

const makeSo = async (world: World, deps: Dependencies): Promise<void> => {
  // First of all: after a takeback the old alerts must be back before anything else can go wrong. Nor may it keep an agent in.
  try {
    await performSwitch(world, deps);
  } finally {
    await makeObjectsSo(world, deps);
  }
};

const makeObjectsSo = async (world: World, deps: Dependencies): Promise<void> => {
  const manifests = desired(world);
  const due = workloads(world).filter((one) => one.due);
  // Before anything else can be refused, and whoever of them is.
  await applyAll(
    due.filter(({ back }) => back),
    deps,
  );
  // Before the twins that measure there.
  for (const lease of claims(world)) await claim(world, lease, deps);
  for (const manifest of manifests) await applyOnce(world, manifest, deps);
  await applyAll(
    due.filter(({ back }) => !back),
    deps,
  );
  const { namespace } = world.migration.metadata;
  for (const { name, uid } of stuckPods(world)) {
    deps.log.info({ pod: name }, "removing a pod that would never be ready");
    await deps.cluster.remove({ apiVersion: "v1", kind: "Pod", namespace, name }, uid);
  }
  for (const object of prunable(world, manifests)) {
    const { apiVersion, kind, metadata } = object;
    deps.log.info({ kind, name: metadata.name }, "removing what is no longer wanted");
    await deps.cluster.remove({ apiVersion, kind, namespace, name: metadata.name }, metadata.uid);
  }
  await giveBack(world, deps);
};

/** One that is refused keeps no other from its own; the first refusal is thrown in the end. */
const applyAll = async (
  some: { manifest: Manifest }[],
  { cluster }: Dependencies,
): Promise<void> => {
  const refusals: unknown[] = [];
  for (const { manifest } of some)
    await cluster.apply(manifest).catch((error: unknown) => refusals.push(error));
  if (refusals.length > 0) throw refusals[0];
};

/** Takes the Lease of a node. Another trial that was quicker ends this look, and the next one sees it. */
const claim = async (
  world: World,
  lease: Manifest,
  { cluster, log }: Dependencies,
): Promise<void> => {
  const { name } = lease.metadata;
  const present = world.leases.find(({ metadata }) => metadata.name === name);
  if (present === lease) return;
  log.info({ lease: name }, "taking a node for a trial");
  if (present) await removeLease(present, cluster);
  await cluster.create(lease).catch((error: unknown) => {
    if (error instanceof ClusterError && error.refusal === "AlreadyExists")
      throw new ClusterError("Conflict", `another trial has taken lease ${name}`, { cause: error });
    throw error;
  });
};

const giveBack = async (world: World, { cluster, log }: Dependencies): Promise<void> => {
  for (const lease of unclaimed(world)) {
    log.info({ lease: lease.metadata.name }, "giving the node of a trial back");
    await removeLease(lease, cluster);
  }
};

const removeLease = (
  { apiVersion, kind, metadata: { name, namespace = "", uid } }: Manifest,
  cluster: Dependencies["cluster"],
): Promise<void> => cluster.remove({ apiVersion, kind, namespace, name }, uid);

const resource = ({ metadata }: Migration, rest: Partial<Manifest>): Manifest => ({
  apiVersion: `${GROUP}/${VERSION}`,
  kind: KIND,
  metadata: {
    name: metadata.name,
    namespace: metadata.namespace,
    ...(metadata.resourceVersion ? { resourceVersion: metadata.resourceVersion } : {}),
  },
  ...rest,
});

/** As it comes back from the API server; the order of its fields means nothing. */
const stored = (status: Status): unknown => JSON.parse(JSON.stringify(status));

const commit = async (migration: Migration, status: Status, deps: Dependencies): Promise<void> => {
  if (isDeepStrictEqual(stored(status), stored(migration.status))) return;
  announce(migration.status, status, deps);
  await deps.cluster.replaceStatus(resource(migration, { status }));
};

/** Every change of phase or stage is one log line. */
const announce = (before: Status, after: Status, { log }: Dependencies): void => {
  if (before.phase !== after.phase) log.info({ from: before.phase, to: after.phase }, "phase");
  for (const component of after.components) {
    const known = componentIn(before, component.name);
    if (known?.stage === component.stage && known.reason === component.reason) continue;
    const { name, stage, reason, message } = component;
    log.info({ component: name, stage, reason }, message);
  }
};

/** Events are for people: one that cannot be written must not stop the migration. */
const tell = async (
  { migration, now }: World,
  status: Status,
  deps: Dependencies,
): Promise<void> => {
  const { cluster, log } = deps;
  for (const [nth, item] of news(migration.status, status).entries()) {
    const event = eventOf(item, { migration, now, nth });
    await cluster
      .create(event)
      .catch((error: unknown) => log.warn({ error: String(error) }, "writing an event"));
  }
};

/** Twice, and no more: whatever is wrong with writing it down, the agent goes. */
const keep = async (record: Manifest, deps: Dependencies): Promise<void> => {
  const write = () => deps.cluster.apply(record, { force: true });
  await write()
    .catch(write)
    .catch((error: unknown) => deps.log.warn({ error: String(error) }, "keeping what was seen"));
};

/** Kinds whose content cannot change once they run: they are created, never applied over. */
const CREATED_ONCE: readonly string[] = ["Pod", "Job"];

const applyOnce = async (
  world: World,
  manifest: Manifest,
  { cluster, digest }: Dependencies,
): Promise<void> => {
  const present = world.owned.find(
    ({ kind, metadata }) => kind === manifest.kind && metadata.name === manifest.metadata.name,
  );
  if (CREATED_ONCE.includes(manifest.kind)) {
    if (!present) await cluster.create(manifest);
    return;
  }
  // Named by its content: what an earlier resource has left behind is the same, and becomes ours.
  if (manifest.immutable) {
    if (!present) await cluster.apply(manifest, { force: true });
    return;
  }
  const hash = digest(JSON.stringify(manifest));
  if (present?.metadata.annotations?.[APPLIED] === hash) return;
  const annotations = { ...manifest.metadata.annotations, [APPLIED]: hash };
  await cluster.apply(
    { ...manifest, metadata: { ...manifest.metadata, annotations } },
    { force: true },
  );
};

interface Leave {
  /** Something of ours must go first. */
  needs: boolean;
  /** Stays when the resource goes. */
  leftBehind: Manifest[];
  /** Of nodes that a look which was cut short has not given back. */
  leases: Manifest[];
}

/** What a deleted resource owns goes with it; nobody would remove it from one that stays. */
const leaveOf = (world: World): Leave => {
  const { migration } = world;
  const isGoing = migration.metadata.deletionTimestamp !== undefined;
  const needs = !isLeft(migration) || (!isGoing && prunable(world, desired(world)).length > 0);
  return { needs, leftBehind: bequeathed(world), leases: unclaimed(world) };
};

/** The finalizer keeps the resource while anything of ours rests on it; true when this look ends with a write. */
const finalise = async (
  migration: Migration,
  { needs, leftBehind, leases }: Leave,
  { cluster }: Dependencies,
): Promise<boolean> => {
  const { finalizers = [], deletionTimestamp, namespace } = migration.metadata;
  const has = finalizers.includes(FINALIZER);
  // Nothing can be added to what is being deleted.
  if (has === needs || (needs && deletionTimestamp)) return false;
  if (!needs) for (const lease of leases) await removeLease(lease, cluster);
  for (const { apiVersion, kind, metadata } of leftBehind)
    await cluster.merge(
      { apiVersion, kind, namespace, name: metadata.name },
      { metadata: { ownerReferences: null } },
    );
  const { apiVersion, kind, metadata } = resource(migration, {});
  const others = finalizers.filter((name) => name !== FINALIZER);
  await cluster.merge(
    { apiVersion, kind, namespace, name: metadata.name },
    { metadata: { finalizers: needs ? [...others, FINALIZER] : others } },
  );
  return true;
};

/** A resource that cannot be worked on has nothing to restore either, unless its status says so: then its spec is needed first. */
const letGo = async ({ migration }: Refused, deps: Dependencies): Promise<Look | undefined> => {
  if (!isLeaving(migration)) return undefined;
  const leave = { needs: !isLeft(migration), leftBehind: [], leases: [] };
  return (await finalise(migration, leave, deps)) ? { requeueSeconds: 1, migration } : undefined;
};

/** A resource that cannot be worked on says so in its own status and touches nothing. */
const refuse = async ({ refused, migration, now }: Refused, deps: Dependencies): Promise<Look> => {
  const answers = { Ready: "False", Stalled: "True" } as const;
  const conditions = Object.entries(answers).map(([type, status]) =>
    condition({ migration, now }, type, { status, ...refused }),
  );
  const others = migration.status.conditions.filter(({ type }) => !(type in answers));
  const since = migration.status.next?.since ?? now.toISOString();
  const next = { what: "nothing", ...refused, since };
  await commit(
    migration,
    {
      ...migration.status,
      observedGeneration: migration.metadata.generation ?? 0,
      next,
      conditions: [...conditions, ...others],
    },
    deps,
  );
  return { requeueSeconds: 30, migration };
};
