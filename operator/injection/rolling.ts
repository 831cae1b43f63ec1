/** Would a rolling update keep the workload serving? Pure. */
import { type Question, refuse, type Subject } from "./question.ts";
import { firstShare, replicasOf, roomOf } from "./share.ts";

const START_SECONDS = 60;

const paused: Question = ({ workload, spec }) =>
  workload.paused
    ? refuse(
        "Paused",
        `${spec.target.name} is paused: kubectl rollout resume deployment/${spec.target.name}`,
      )
    : undefined;

export const scaledDown: Question = ({ workload, spec }) =>
  replicasOf(workload) === 0
    ? refuse(
        "ScaledToZero",
        `${spec.target.name} has no replicas, so nothing could be proven; scale it up`,
      )
    : undefined;

const recreates: Question = ({ workload, spec }) =>
  workload.strategy?.type === "Recreate"
    ? refuse(
        "Recreate",
        `${spec.target.name} stops all pods before it starts new ones; use strategy RollingUpdate`,
      )
    : undefined;

/** The lowest number of replicas that may be there when the rollout begins. */
const fewest = ({ workload, autoscalers = [], spec }: Subject): number => {
  const limits = autoscalers
    .map(
      ({ spec: scaler }) => scaler as { minReplicas?: number; scaleTargetRef?: { name?: string } },
    )
    .filter(({ scaleTargetRef }) => scaleTargetRef?.name === spec.target.name)
    .map(({ minReplicas }) => minReplicas ?? 1);
  return Math.min(replicasOf(workload), ...limits);
};

const leavesNone: Question = (subject) => {
  const { workload, spec } = subject;
  const replicas = fewest(subject);
  const { unavailable } = roomOf(workload, replicas);
  return workload.strategy?.type !== "Recreate" && replicas > 0 && unavailable >= replicas
    ? refuse(
        "NoneStaysAvailable",
        `with ${replicas} replicas the strategy of ${spec.target.name} may stop ${unavailable} pods at once; set maxUnavailable: 0 or raise replicas`,
      )
    : undefined;
};

const shareTooBig: Question = ({ workload, spec }) => {
  const share = firstShare(workload);
  return share > spec.rollout.maxFirstShare
    ? refuse(
        "FirstShareTooLarge",
        `the first step of a rollout would change ${share} % of the pods, rollout.maxFirstShare allows ${spec.rollout.maxFirstShare} %; raise replicas, lower maxSurge, or raise the limit`,
      )
    : undefined;
};

export const unprobed: Question = ({ container, spec }) => {
  if (!container.readinessProbe)
    return refuse(
      "NoReadinessProbe",
      `container ${container.name} has no readinessProbe, so traffic would reach pods that have not started; add one`,
    );
  return spec.trial.skip || container.readinessProbe.httpGet
    ? undefined
    : refuse(
        "ReadinessNotHttp",
        `the trial asks the readiness probe of container ${container.name} over HTTP; make it an httpGet or set trial.skip`,
      );
};

const deadline: Question = ({ workload, spec }) => {
  const needed = spec.rollout.soakSeconds + START_SECONDS;
  const allowed = workload.progressDeadlineSeconds ?? 600;
  return allowed < needed
    ? refuse(
        "ProgressDeadlineTooShort",
        `progressDeadlineSeconds is ${allowed}, soaking and starting take ${needed}; raise it or lower rollout.soakSeconds`,
      )
    : undefined;
};

/** A value of the user's own is left alone, and guards the rollout when it is long enough. */
export const ownSoak: Question = ({ workload, spec }) => {
  const own = workload.minReadySeconds ?? 0;
  return own > 0 && own < spec.rollout.soakSeconds
    ? refuse(
        "MinReadySecondsTooShort",
        `${spec.target.name} sets minReadySeconds: ${own} itself, which is less than rollout.soakSeconds (${spec.rollout.soakSeconds}); raise the one or lower the other`,
      )
    : undefined;
};

/** In the order in which a person would want to hear of them. */
export const rollingQuestions: Question[] = [
  paused,
  scaledDown,
  recreates,
  leavesNone,
  unprobed,
  deadline,
  ownSoak,
  shareTooBig,
];
