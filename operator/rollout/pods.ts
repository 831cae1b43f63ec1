/** What a rollout has done to pods: which carry the agent, which should, which are in trouble because of it. Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import { markOf, parseAnnotation } from "../injection/annotation.ts";
import { AGENT_ANNOTATION, INJECTED_ANNOTATION, SKIPPED_ANNOTATION } from "../injection/names.ts";
import { parseSkipped } from "../injection/skipped.ts";
import { type Failure, failureOf, isReady } from "./failing.ts";
import type { Neighbours, RolloutState } from "./state.ts";

export const isOwnedBy =
  (owner: Manifest | undefined) =>
  ({ metadata }: Manifest): boolean =>
    owner?.metadata.uid !== undefined &&
    (metadata.ownerReferences ?? []).some(
      ({ uid, controller }) => controller === true && uid === owner.metadata.uid,
    );

export const ownedBy = (owner: Manifest, objects: Manifest[]): Manifest[] =>
  objects.filter(isOwnedBy(owner));

/** Pods of one workload, whatever stands between. */
export const podsOfWorkload = (
  workload: Manifest | undefined,
  { replicaSets, pods, jobs }: Neighbours,
): Manifest[] => {
  if (!workload) return [];
  const makers = [workload, ...ownedBy(workload, [...replicaSets, ...jobs])];
  return makers.flatMap((maker) => ownedBy(maker, pods));
};

/** Evicted and finished pods stay in the list for a while; they serve nobody. */
export const isAlive = ({ status }: Manifest): boolean =>
  !["Failed", "Succeeded"].includes((status as { phase?: string } | undefined)?.phase ?? "");

const annotationsOf = ({ metadata }: Manifest): Record<string, string> =>
  metadata.annotations ?? {};

/** The mark that the pod's template asks for. */
const askedOf = (pod: Manifest): string | undefined => {
  const asked = parseAnnotation(annotationsOf(pod)[AGENT_ANNOTATION] ?? "");
  return asked && markOf(asked);
};

export const injectionOf = (
  pods: Manifest[],
): Pick<RolloutState, "plainPods" | "injectedPods" | "skipped"> => {
  const plain = pods.filter((pod) => {
    const asked = askedOf(pod);
    const carried = annotationsOf(pod)[INJECTED_ANNOTATION];
    return asked !== undefined && asked !== carried && !pod.metadata.deletionTimestamp;
  });
  return {
    plainPods: plain.map(({ metadata }) => metadata.name),
    skipped: plain.flatMap((pod) => {
      const said = parseSkipped(annotationsOf(pod)[SKIPPED_ANNOTATION]);
      return said ? [{ pod: pod.metadata.name, ...said }] : [];
    }),
    injectedPods: pods.filter(isInjected).map(({ metadata }) => metadata.name),
  };
};

export const isInjected = (pod: Manifest): boolean => INJECTED_ANNOTATION in annotationsOf(pod);

/** What also happens to pods without the agent is not the agent's doing. */
export const blame = (pods: Manifest[], time: { now: Date; soakSeconds: number }): Failure[] => {
  const failures = (some: Manifest[]) => some.flatMap((pod) => failureOf(pod, time) ?? []);
  const alive = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
  const elsewhere = new Set(
    failures(alive.filter((pod) => !isInjected(pod))).map(({ reason }) => reason),
  );
  const isComparable = alive.some((pod) => !isInjected(pod) && isReady(pod));
  return failures(alive.filter(isInjected))
    .filter(({ reason }) => !elsewhere.has(reason))
    .filter(({ reason }) => reason !== "BecameUnready" || isComparable);
};

export const tally = (pods: Manifest[]): { total: number; ready: number } => ({
  total: pods.length,
  ready: pods.filter(isReady).length,
});
