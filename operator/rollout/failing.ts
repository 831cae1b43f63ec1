/** Whether a young pod has gone wrong. Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import { hasCondition } from "../cluster/conditions.ts";
import { FULL_VOLUME } from "../injection/names.ts";

export interface Failure {
  pod: string;
  /** CrashLoop, Restarted, ImageNotPulled, NotStarted, NotReady or BecameUnready. */
  reason: string;
  message: string;
  /** For a reason that the agent cannot have caused: a rollout of ours must not go on, but what is through has not failed. */
  theirs?: boolean;
}

interface ContainerStatus {
  name: string;
  ready?: boolean;
  started?: boolean;
  restartCount?: number;
  state?: { waiting?: { reason?: string; message?: string }; running?: object };
  lastState?: { terminated?: { exitCode?: number; reason?: string; finishedAt?: string } };
}

interface PodStatus {
  startTime?: string;
  conditions?: { type: string; status: string; message?: string; lastTransitionTime?: string }[];
  containerStatuses?: ContainerStatus[];
  initContainerStatuses?: ContainerStatus[];
}

interface Subject {
  /** Of the application's containers. */
  containers: ContainerStatus[];
  /** Those and the init containers. */
  all: ContainerStatus[];
  status: PodStatus;
  /** Seconds since the pod was created. */
  age: number;
  now: Date;
  soakSeconds: number;
}

type Sign = (subject: Subject) => Omit<Failure, "pod"> | undefined;

/** An injected pod that has not started after this long is in trouble. */
const START_SECONDS = 60;

const statusOf = ({ status }: Manifest): PodStatus => status ?? {};

const condition = (status: PodStatus, type: string) =>
  status.conditions?.find((candidate) => candidate.type === type);

export const isReady = (pod: Manifest): boolean => hasCondition(pod, "Ready");

/** In milliseconds since 1970. */
export const readySince = (pod: Manifest): number =>
  Date.parse(condition(statusOf(pod), "Ready")?.lastTransitionTime ?? "");

const crashLoops: Sign = ({ all }) => {
  const container = all.find(({ state }) => state?.waiting?.reason === "CrashLoopBackOff");
  return (
    container && {
      reason: "CrashLoop",
      message: `container ${container.name} crashes again and again (exit code ${exitCode(container)})`,
    }
  );
};

const exitCode = ({ lastState }: ContainerStatus): string => {
  const { exitCode: code = "unknown", reason } = lastState?.terminated ?? {};
  return reason === "OOMKilled" ? `${code} (OOMKilled)` : String(code);
};

const notPulled: Sign = ({ all }) => {
  const container = all.find(({ state }) =>
    ["ErrImagePull", "ImagePullBackOff", "InvalidImageName"].includes(state?.waiting?.reason ?? ""),
  );
  return (
    container && {
      reason: "ImageNotPulled",
      theirs: container.name !== FULL_VOLUME,
      message: `the image of container ${container.name} cannot be pulled: ${container.state?.waiting?.message ?? ""}`,
    }
  );
};

/** A restart in a pod's first minute and soak; later ones have other reasons and the crash loop shows them. */
const restarted: Sign = ({ containers, age, soakSeconds }) => {
  const container = containers.find(({ restartCount = 0 }) => restartCount > 0);
  return container && age <= START_SECONDS + soakSeconds
    ? {
        reason: "Restarted",
        message: `container ${container.name} ended with exit code ${exitCode(container)} soon after its start`,
      }
    : undefined;
};

const hasStarted = (containers: ContainerStatus[]): boolean =>
  containers.length > 0 &&
  containers.every(({ state, started }) => state?.running !== undefined && started !== false);

const whyNotStarted = ({ containers, status }: Subject): string => {
  const scheduled = condition(status, "PodScheduled");
  const waiting = containers.find(({ state }) => state?.waiting)?.state?.waiting;
  const said = [
    scheduled?.status === "False" && scheduled.message,
    waiting?.message,
    waiting?.reason,
  ];
  return said.find((text) => text) || "no reason given";
};

/** No program has run in it yet: it waits for a node, for images or for volumes. Of those only the image with profile Full is ours. */
const isUntouched = ({ all }: Subject): boolean =>
  all.every(
    ({ name, state, lastState }) =>
      name !== FULL_VOLUME && state?.waiting !== undefined && !lastState?.terminated,
  );

const notStarted: Sign = (subject) =>
  subject.age > START_SECONDS && !hasStarted(subject.containers)
    ? {
        reason: "NotStarted",
        theirs: isUntouched(subject),
        message: `not started after ${START_SECONDS} s: ${whyNotStarted(subject)}`,
      }
    : undefined;

/** Never ready since its start. A pod that was ready and is so no longer may wait for something else. */
const neverReady: Sign = ({ status, age, now }) => {
  const ready = condition(status, "Ready");
  if (ready?.status !== "False" || age <= START_SECONDS) return undefined;
  const unready = (now.getTime() - Date.parse(ready.lastTransitionTime ?? "")) / 1000;
  return unready >= age - 15
    ? { reason: "NotReady", message: `started but not ready after ${START_SECONDS} s` }
    : undefined;
};

/** Long enough for what passes by itself. */
const UNREADY_SECONDS = 30;

/** Was ready and is so no longer; what that means, only ready pods without the agent can tell. */
const becameUnready: Sign = ({ status, age, now }) => {
  const ready = condition(status, "Ready");
  if (ready?.status !== "False") return undefined;
  const unready = (now.getTime() - Date.parse(ready.lastTransitionTime ?? "")) / 1000;
  return unready > UNREADY_SECONDS && unready < age - 15
    ? {
        reason: "BecameUnready",
        message: `was ready and is not any more, for ${Math.round(unready)} s, while pods without the agent are`,
      }
    : undefined;
};

/** From the clearest sign to the vaguest. */
const signs: Sign[] = [crashLoops, notPulled, restarted, notStarted, neverReady, becameUnready];

export const failureOf = (
  pod: Manifest,
  { now, soakSeconds }: { now: Date; soakSeconds: number },
): Failure | undefined => {
  const status = statusOf(pod);
  const created = Date.parse(pod.metadata.creationTimestamp ?? status.startTime ?? "");
  const containers = status.containerStatuses ?? [];
  const subject: Subject = {
    containers,
    all: [...(status.initContainerStatuses ?? []), ...containers],
    status,
    age: Number.isNaN(created) ? 0 : (now.getTime() - created) / 1000,
    now,
    soakSeconds,
  };
  for (const sign of signs) {
    const failure = sign(subject);
    if (failure) return { pod: pod.metadata.name, ...failure };
  }
  return undefined;
};
