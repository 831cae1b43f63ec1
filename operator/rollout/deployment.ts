/** A Deployment's rollout, through its ReplicaSets. Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import { AGENT_ANNOTATION } from "../injection/names.ts";
import type { DeploymentSpec } from "../injection/pod.ts";
import { firstShare } from "../injection/share.ts";
import { blame, injectionOf, isAlive, isOwnedBy, ownedBy, tally } from "./pods.ts";
import { progressOf } from "./progress.ts";
import type { Neighbours, RolloutState } from "./state.ts";
import { askedIn, templateHash, templateOf, userTemplateHash } from "./template.ts";

export const observeDeployment = (
  deployment: Manifest,
  neighbours: Neighbours,
  { now }: { now: Date },
): RolloutState => {
  const workload = deployment.spec as DeploymentSpec;
  const sets = ownedBy(deployment, neighbours.replicaSets);
  const current = sets.find((set) => templateHash(set) === templateHash(deployment));
  const pods = sets.flatMap((set) => ownedBy(set, neighbours.pods).filter(isAlive));
  const isNew = isOwnedBy(current);
  return {
    asked: askedIn(deployment),
    ...progressOf(deployment),
    ...injectionOf(pods),
    failing: blame(pods, { now, soakSeconds: workload.minReadySeconds ?? 0 }),
    originalReplicaSet: sets.find((set) => isOriginal(set, deployment))?.metadata.name,
    currentReplicaSet: current?.metadata.name,
    oldPods: tally(pods.filter((pod) => !isNew(pod))),
    newPods: tally(pods.filter(isNew)),
    firstShare: firstShare(workload),
    stuck: [],
  };
};

const isOriginal = (set: Manifest, deployment: Manifest): boolean =>
  templateOf(set).metadata?.annotations?.[AGENT_ANNOTATION] === undefined &&
  userTemplateHash(set) === userTemplateHash(deployment);
