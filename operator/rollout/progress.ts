/** How far the workload's controller says it is, the same for all kinds with replicas. Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import type { DeploymentSpec } from "../injection/pod.ts";
import { replicasOf } from "../injection/share.ts";
import { refusedPods } from "./refused.ts";
import type { Counts, RolloutState } from "./state.ts";

export const progressOf = (
  workload: Manifest,
): Pick<RolloutState, "complete" | "updated" | "available" | "total" | "refused"> => {
  const counts = (workload.status ?? {}) as Counts;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = counts;
  const wanted = replicasOf(workload.spec as DeploymentSpec);
  return {
    complete:
      (counts.observedGeneration ?? 0) >= (workload.metadata.generation ?? 0) &&
      [replicas, updatedReplicas, availableReplicas].every((count) => count === wanted),
    updated: updatedReplicas,
    available: availableReplicas,
    total: replicas,
    refused: refusedPods(workload),
  };
};
