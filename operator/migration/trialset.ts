/** The objects of a trial attempt: two twins first, and the load once both are ready and their addresses are known. Pure. */
import { firstOf } from "@flashcard-otel/verdict/whole.ts";
import type { Manifest } from "../cluster/cluster.ts";
import { hasCondition } from "../cluster/conditions.ts";
import { loadJob, twins } from "../trial/twin.ts";
import { seedOf } from "../trial/load.ts";
import {
  holderFor,
  isExpired,
  isHeldBy,
  isLeaseOf,
  leaseOn,
  nodeLease,
  nodeOf,
} from "../trial/node.ts";
import type { TrialSetting, WholeSetting } from "../trial/setting.ts";
import type { ComponentSpec } from "./schema.ts";
import { componentIn } from "./named.ts";
import { nameOfPair, pairsOf } from "./pairs.ts";
import { tokenOf } from "./trial.ts";
import type { ComponentWorld, TrialWorld, World } from "./types.ts";

/** Of a twin that is ready, on the attempt's node, and there to stay. */
const address = (pod: Manifest | undefined, node: string): string | undefined => {
  if (!pod || pod.metadata.deletionTimestamp || nodeOf(pod) !== node) return undefined;
  const { podIP } = (pod.status ?? {}) as { podIP?: string };
  return hasCondition(pod, "Ready") ? podIP : undefined;
};

const settingOf = (
  { migration, settings, sources }: World,
  seen: ComponentWorld,
): TrialSetting | undefined => {
  const status = componentIn(migration.status, seen.spec.name);
  if (status?.stage !== "Trial" || !status.attempt || !status.profile || !seen.deployment)
    return undefined;
  const { profile } = status;
  const { spec, deployment } = seen;
  const attempt = nameOfPair(status);
  return {
    migration,
    spec,
    deployment,
    settings,
    sources,
    profile,
    attempt,
    token: tokenOf(attempt),
    ...(status.node === undefined ? {} : { node: status.node }),
    ...(status.pair === undefined ? {} : { whole: wholeOf(spec, status.attempt, status.pair) }),
  };
};

const wholeOf = (spec: ComponentSpec, record: string, pair: number): WholeSetting => ({
  record,
  pair,
  first: firstOf(seedOf(record), pair),
  maxPairs: pairsOf(spec),
});

export const trialManifests = (world: World, seen: ComponentWorld): Manifest[] => {
  const setting = settingOf(world, seen);
  if (!setting) return [];
  const trial = ofAttempt(setting, seen);
  // While another trial measures on the node there is nothing of this one: not even twins that only start.
  if (trial?.node?.lease === "Taken") return [];
  const made = twins(setting);
  return "refused" in made ? [] : [...made.manifests, ...load(setting, trial)];
};

/** What was seen of this attempt, not of the one before it. */
const ofAttempt = (
  { whole, attempt }: TrialSetting,
  { trial }: ComponentWorld,
): TrialWorld | undefined => (trial?.attempt === (whole?.record ?? attempt) ? trial : undefined);

const load = (setting: TrialSetting, trial: TrialWorld | undefined): Manifest[] => {
  // Once the load runs it stays, even when a twin stops being ready: its end is evidence too.
  if (trial?.job) return [trial.job];
  if (trial?.node?.lease !== "Held") return [];
  const plain = address(trial.plain, trial.node.name);
  const injected = address(trial.injected, trial.node.name);
  return plain && injected ? [loadJob(setting, { plain, injected })] : [];
};

/** The Leases of nodes on which attempts of this resource measure, or are about to. */
export const claims = ({ migration, settings, leases, components, now }: World): Manifest[] =>
  components.flatMap(({ spec, trial }) => {
    const status = componentIn(migration.status, spec.name);
    const { node } = trial ?? {};
    if (status?.stage !== "Trial" || status.attempt !== trial?.attempt) return [];
    if (!node || node.lease === "Taken") return [];
    const holder = holderFor(migration, status);
    const present = leaseOn(node.name, leases);
    return present && isHeldBy(holder, present)
      ? [present]
      : [nodeLease({ migration, holder, node: node.name }, { namespace: settings.namespace, now })];
  });

/** Leases that nobody needs any more: what this resource has held, and what is past its time. */
export const unclaimed = (world: World): Manifest[] => {
  const kept = claims(world).map(({ metadata }) => metadata.name);
  return world.leases.filter(
    (lease) =>
      !kept.includes(lease.metadata.name) &&
      (isLeaseOf(world.migration, lease) || isExpired(lease, world.now)),
  );
};
