/** Where a workload's rollout stands and what it has done to the pods, by the workload's kind. Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import type { Kind } from "../migration/schema.ts";
import { observeCronJob } from "./cronjob.ts";
import { observeDeployment } from "./deployment.ts";
import type { Neighbours, RolloutState, Times } from "./state.ts";
import { observeStatefulSet } from "./statefulset.ts";

type Observe = (workload: Manifest, neighbours: Neighbours, times: Times) => RolloutState;

const observers: Record<Kind, Observe> = {
  Deployment: observeDeployment,
  StatefulSet: observeStatefulSet,
  CronJob: observeCronJob,
};

export const observeRollout: Observe = (workload, neighbours, times) =>
  observers[workload.kind as Kind](workload, neighbours, times);
