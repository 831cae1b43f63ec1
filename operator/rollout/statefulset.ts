/** A StatefulSet's rollout: its pods one by one, from the highest ordinal down to the partition. Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import type { DeploymentSpec } from "../injection/pod.ts";
import { replicasOf } from "../injection/share.ts";
import { isReady } from "./failing.ts";
import { blame, injectionOf, isAlive, isInjected, ownedBy, tally } from "./pods.ts";
import { progressOf } from "./progress.ts";
import { askedIn } from "./template.ts";
import type { Neighbours, RolloutState } from "./state.ts";

const REVISION = "controller-revision-hash";

export const observeStatefulSet = (
  set: Manifest,
  neighbours: Neighbours,
  { now }: { now: Date },
): RolloutState => {
  const workload = set.spec as DeploymentSpec;
  const { updateRevision } = (set.status ?? {}) as { updateRevision?: string };
  const pods = ownedBy(set, neighbours.pods).filter(isAlive);
  const isNew = ({ metadata }: Manifest) => metadata.labels?.[REVISION] === updateRevision;
  return {
    asked: askedIn(set),
    ...progressOf(set),
    ...injectionOf(pods),
    failing: blame(pods, { now, soakSeconds: workload.minReadySeconds ?? 0 }),
    originalReplicaSet: undefined,
    currentReplicaSet: updateRevision,
    oldPods: tally(pods.filter((pod) => !isNew(pod))),
    newPods: tally(pods.filter(isNew)),
    firstShare: Math.round(100 / Math.max(1, replicasOf(workload))),
    stuck: pods
      .filter((pod) => isInjected(pod) && !isNew(pod) && !isReady(pod))
      .filter(({ metadata }) => !metadata.deletionTimestamp)
      .map(({ metadata: { name, uid = "" } }) => ({ name, uid })),
  };
};
