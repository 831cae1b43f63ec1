/** Is the workload well before anything is done to it? Otherwise we would be blamed, or hide the cause. Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import { type Question, refuse } from "./question.ts";
import { selects } from "./selector.ts";
import { replicasOf } from "./share.ts";

interface Counts {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  availableReplicas?: number;
}

const countsOf = ({ status }: Manifest): Counts => status ?? {};

const rolling: Question = ({ deployment, spec }) => {
  const { observedGeneration = 0, replicas, updatedReplicas } = countsOf(deployment);
  return observedGeneration < (deployment.metadata.generation ?? 0) || replicas !== updatedReplicas
    ? refuse(
        "RolloutInProgress",
        `a rollout of ${spec.target.name} is under way; waiting for its end`,
      )
    : undefined;
};

const unavailable: Question = ({ deployment, workload, spec }) => {
  const { availableReplicas = 0 } = countsOf(deployment);
  const replicas = replicasOf(workload);
  return availableReplicas < replicas
    ? refuse(
        "Unhealthy",
        `${availableReplicas} of ${replicas} pods of ${spec.target.name} are available; it must be healthy before it is changed`,
      )
    : undefined;
};

interface PodStatus {
  containerStatuses?: { name: string; state?: { waiting?: { reason?: string } } }[];
}

const crashing: Question = ({ pods = [], workload, spec }) => {
  const labels = workload.template.metadata?.labels ?? {};
  const broken = pods
    .filter(
      ({ metadata }) =>
        selects(workload.selector, metadata.labels ?? {}) && Object.keys(labels).length > 0,
    )
    .find(({ status }) =>
      (status as PodStatus | undefined)?.containerStatuses?.some(
        ({ state }) => state?.waiting?.reason === "CrashLoopBackOff",
      ),
    );
  return broken
    ? refuse(
        "Unhealthy",
        `pod ${broken.metadata.name} of ${spec.target.name} is crash looping; repair it first`,
      )
    : undefined;
};

const noDisruption: Question = ({ disruptionBudgets = [], workload }) => {
  const labels = workload.template.metadata?.labels ?? {};
  const tight = disruptionBudgets
    .filter(({ spec }) => selects((spec as { selector?: object }).selector, labels))
    .find(
      ({ status }) =>
        (status as { disruptionsAllowed?: number } | undefined)?.disruptionsAllowed === 0,
    );
  return tight
    ? refuse(
        "NoDisruptionAllowed",
        `PodDisruptionBudget ${tight.metadata.name} allows no disruption; let it allow at least one pod`,
      )
    : undefined;
};

export const healthQuestions: Question[] = [noDisruption, crashing, rolling, unavailable];
