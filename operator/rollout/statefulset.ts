/** A StatefulSet's rollout: its pods one by one, from the highest ordinal down to the partition. Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import type { DeploymentSpec } from "../injection/pod.ts";
import { replicasOf } from "../injection/share.ts";
import { isReady } from "./failing.ts";
import { blame, injectionOf, isAlive, isInjected, ownedBy, tally } from "./pods.ts";
import { askedIn } from "./template.ts";
import type { Counts, Neighbours, RolloutState } from "./state.ts";

interface Revisions extends Counts {
  updateRevision?: string;
}

const REVISION = "controller-revision-hash";

export const observeStatefulSet = (
  set: Manifest,
  neighbours: Neighbours,
  { now }: { now: Date },
): RolloutState => {
  const workload = set.spec as DeploymentSpec;
  const counts = (set.status ?? {}) as Revisions;
  const pods = ownedBy(set, neighbours.pods).filter(isAlive);
  const isNew = ({ metadata }: Manifest) => metadata.labels?.[REVISION] === counts.updateRevision;
  return {
    asked: askedIn(set),
    complete: isComplete(set, workload, counts),
    updated: counts.updatedReplicas ?? 0,
    available: counts.availableReplicas ?? 0,
    total: counts.replicas ?? 0,
    ...injectionOf(pods),
    failing: blame(pods, { now, soakSeconds: workload.minReadySeconds ?? 0 }),
    originalReplicaSet: undefined,
    currentReplicaSet: counts.updateRevision,
    oldPods: tally(pods.filter((pod) => !isNew(pod))),
    newPods: tally(pods.filter(isNew)),
    firstShare: Math.round(100 / Math.max(1, replicasOf(workload))),
    stuck: pods
      .filter((pod) => isInjected(pod) && !isNew(pod) && !isReady(pod))
      .filter(({ metadata }) => !metadata.deletionTimestamp)
      .map(({ metadata: { name, uid = "" } }) => ({ name, uid })),
  };
};

/** Without a partition `updatedReplicas` says how many are of the last revision. */
const isComplete = (
  { metadata }: Manifest,
  workload: DeploymentSpec,
  counts: Revisions,
): boolean => {
  const wanted = replicasOf(workload);
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = counts;
  return (
    (counts.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    [replicas, updatedReplicas, availableReplicas].every((count) => count === wanted)
  );
};
