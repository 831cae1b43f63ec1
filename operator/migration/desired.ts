/** Everything that the present status demands of the cluster. Pure: what is not on these lists, and ours, is removed. */
import { isDeepStrictEqual } from "node:util";
import { isCollector } from "../backends/endpoints.ts";
import { backendManifests, checks } from "../backends/manifests.ts";
import { rulesName } from "../backends/prometheus.ts";
import { unready } from "../backends/ready.ts";
import type { Manifest } from "../cluster/cluster.ts";
import { agentConfigMap } from "../injection/agent.ts";
import { annotationValue } from "../injection/annotation.ts";
import { containerName } from "../injection/container.ts";
import { oursOn, type Ours, soakFor, workloadPatch } from "../injection/workload.ts";
import { objectiveManifests } from "../objectives/manifests.ts";
import { pulseManifests } from "../pulse/pulse.ts";
import { haltOf } from "./halt.ts";
import { KEEP } from "./evidence.ts";
import { isPaused } from "./firststep.ts";
import { goalOf, rank, staysOnDeletion } from "./goal.ts";
import { isLeft } from "./leaving.ts";
import { componentIn } from "./named.ts";
import type { ComponentStatus, Stage } from "./schema.ts";
import { trialManifests } from "./trialset.ts";
import type { ComponentWorld, World } from "./types.ts";

const backends = (world: World): Manifest[] => {
  const { migration, settings, configuration } = world;
  if (rank(goalOf(migration)) < rank("Alongside")) return [];
  const isProving = migration.status.phase === "Legacy";
  const checking = isProving || !configuration.mayRoll ? checks(migration, settings) : [];
  const all = [...backendManifests(migration, settings), ...checking];
  // What is there stays, but nothing is begun.
  return isProving && haltOf(world)
    ? all.filter((one) => isPresent(one, world))
    : all.filter((one) => !isWithheld(one, world));
};

/** A collector that runs stays as it is, neither changed nor removed, until another configuration has been accepted. */
const isWithheld = ({ metadata }: Manifest, { migration, configuration }: World): boolean =>
  !configuration.mayRoll &&
  rank(goalOf(migration)) >= rank("Alongside") &&
  isCollector(metadata.labels?.["app.kubernetes.io/component"]);

const isPresent = ({ kind, metadata }: Manifest, { owned }: World): boolean =>
  owned.some((one) => one.kind === kind && one.metadata.name === metadata.name);

/** Until everything is restored: the way back is watched as well. */
const pulse = ({ migration, settings, sources }: World): Manifest[] =>
  isLeft(migration) ? [] : pulseManifests(migration, { settings, script: sources.pulse });

/** The configuration that the component's pods carry, or shall carry. */
const agents = (world: World): Manifest[] =>
  world.migration.status.components.flatMap(({ name, hash, profile, legacy }) => {
    const spec = componentIn(world.migration.spec, name);
    if (!spec || !hash || !profile) return [];
    const options = { profile, legacyOff: legacy === "off", agentSource: world.sources.agent };
    return [agentConfigMap(world.migration, spec, options).manifest];
  });

/** From the moment at which there are new series. */
const objectives = ({ migration }: World): Manifest[] =>
  rank(goalOf(migration)) < rank("Alongside") ? [] : objectiveManifests(migration);

/** Objects that we create and own, in the order in which they are needed. */
export const desired = (world: World): Manifest[] => [
  ...pulse(world),
  ...backends(world),
  ...objectives(world),
  ...agents(world),
  ...world.components.flatMap((seen) => trialManifests(world, seen)),
];

/** What we own on a component's workload in its present stage. */
const wantedOn = (deployment: Manifest, status: ComponentStatus, seen: ComponentWorld): Ours => {
  const { hash, profile, repair, stage, partition, firstOnly } = status;
  const { spec, rollout } = seen;
  if (!hash || !profile) return NOTHING;
  const guarded = (GUARDED.includes(stage) || firstOnly) && spec.target.kind !== "CronJob";
  const paused = spec.target.kind === "Deployment" && isPaused(status, rollout);
  return {
    annotation: annotationValue({
      profile,
      hash,
      container: containerName(deployment, spec),
      repair,
    }),
    minReadySeconds: guarded ? soakFor(deployment, spec.rollout.soakSeconds) : undefined,
    partition: guarded ? partition || undefined : undefined,
    paused: paused || undefined,
  };
};

const NOTHING: Ours = {
  annotation: undefined,
  minReadySeconds: undefined,
  partition: undefined,
  paused: undefined,
};

const GUARDED: readonly Stage[] = ["RollingOut", "Soaking"];

interface Workload {
  manifest: Manifest;
  /** Only where something differs, so that a settled migration writes nothing. */
  due: boolean;
  /** Everything of ours goes, and nothing of ours is needed for that. */
  back: boolean;
}

/** One apply per workload. */
export const workloads = (world: World): Workload[] =>
  world.components.flatMap((seen) => {
    const { spec, deployment } = seen;
    const status = componentIn(world.migration.status, spec.name);
    if (!deployment || !status) return [];
    const want = wantedOn(deployment, status, seen);
    const have = oursOn(deployment, spec.rollout.soakSeconds);
    const manifest = workloadPatch(world.migration, spec, want);
    return [{ manifest, due: !isDeepStrictEqual(want, have), back: want === NOTHING }];
  });

/**
 * Pods that hold up the way back: a StatefulSet waits for a pod of the withdrawn revision until it is ready, which it may
 * never be.
 */
export const stuckPods = (world: World): { name: string; uid: string }[] =>
  world.components.flatMap(({ spec, rollout }) => {
    const status = componentIn(world.migration.status, spec.name);
    return status?.stage === "TakingBack" ? (rollout?.stuck ?? []) : [];
  });

const isInUse = ({ metadata }: Manifest, { hashesInUse }: World): boolean =>
  [...hashesInUse].some((hash) => metadata.name === `flashcard-otel-agent-${hash}`);

/** Names of the rules and dashboards that a proven switch leaves behind. */
const lasting = ({ migration }: World): string[] =>
  staysOnDeletion(migration)
    ? [rulesName(migration), ...objectiveManifests(migration).map(({ metadata }) => metadata.name)]
    : [];

/**
 * What must not go with the resource: agents that pods or templates name, or no such pod could start; and rules and dashboards where
 * what is proven stays, or nobody would be alarmed.
 */
export const bequeathed = (world: World): Manifest[] => {
  if (!world.migration.metadata.deletionTimestamp) return [];
  const names = lasting(world);
  return world.owned.filter(
    (object) =>
      object.kind === "ConfigMap" &&
      (isInUse(object, world) || names.includes(object.metadata.name)),
  );
};

/** A collector of another kind serves until the one that takes its place is ready. */
const isAwaited = (object: Manifest, wanted: Manifest[], { owned }: World): boolean => {
  const successor = wanted.find(
    ({ kind, metadata }) =>
      WORKLOADS.includes(kind) && metadata.name === object.metadata.name && kind !== object.kind,
  );
  if (!successor || !WORKLOADS.includes(object.kind)) return false;
  const isSame = ({ kind, metadata }: Manifest): boolean =>
    kind === successor.kind && metadata.name === successor.metadata.name;
  return unready(owned.find(isSame)) !== undefined;
};

const WORKLOADS: readonly string[] = ["Deployment", "StatefulSet"];

/** What is ours and no longer wanted: without evidence, and without agents that some pod still names. */
export const prunable = (world: World, wanted: Manifest[]): Manifest[] => {
  const names = new Set(wanted.map(({ kind, metadata }) => `${kind}/${metadata.name}`));
  return world.owned.filter(
    (object) =>
      !names.has(`${object.kind}/${object.metadata.name}`) &&
      !isWithheld(object, world) &&
      !isAwaited(object, wanted, world) &&
      !object.metadata.deletionTimestamp &&
      object.metadata.labels?.[KEEP] !== "true" &&
      !isInUse(object, world),
  );
};
