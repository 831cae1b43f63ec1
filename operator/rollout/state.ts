/** The noun of a rollout: where it stands and what it has done to the pods, whatever the workload's kind. */
import type { Manifest } from "../cluster/cluster.ts";
import type { Asked } from "../injection/annotation.ts";
import type { Skipped } from "../injection/skipped.ts";
import type { Failure } from "./failing.ts";

export interface RolloutState {
  /** What the workload's template asks for now; all the rest says nothing about a request that is not written yet. */
  asked: Pick<Asked, "hash" | "repair"> | undefined;
  /** All pods are of the present template and available. */
  complete: boolean;
  /** Pods of the present template; available; in all. */
  updated: number;
  available: number;
  total: number;
  /** Why the API server takes none of its pods; undefined while it does. */
  refused: string | undefined;
  /** Live pods whose template asks for the agent but which carry none, or another configuration. */
  plainPods: string[];
  /** Why the webhook left them plain, where it said so: a word, and a sentence. */
  skipped: (Skipped & { pod: string })[];
  /** Pods that carry the agent, terminating ones too. */
  injectedPods: string[];
  /** Injected pods that crash, restart or do not start while the pods without the agent do not. */
  failing: Failure[];
  /** The ReplicaSet of the user's present template without anything of ours; undefined when it is gone, or there are none. */
  originalReplicaSet: string | undefined;
  /** Of a StatefulSet the name of its revision. */
  currentReplicaSet: string | undefined;
  oldPods: { total: number; ready: number };
  newPods: { total: number; ready: number };
  /** Percent of the pods that the first step of a rollout changes. */
  firstShare: number;
  /** Injected pods that are not ready and whose workload waits for them. */
  stuck: { name: string; uid: string }[];
}

export interface Neighbours {
  /** Of the namespace; those of other workloads are ignored. */
  replicaSets: Manifest[];
  pods: Manifest[];
  jobs: Manifest[];
}

export interface Times {
  now: Date;
  /** When the rollout began; undefined when there is none. */
  since: Date | undefined;
}

/** The counts that Deployments and StatefulSets have in common. */
export interface Counts {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  availableReplicas?: number;
  unavailableReplicas?: number;
}
