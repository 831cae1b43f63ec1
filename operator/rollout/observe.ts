/** Where a workload's rollout stands and what it has done to the pods. Pure. */
import { createHash } from "node:crypto";
import type { Manifest } from "../cluster/cluster.ts";
import { markOf, parseAnnotation } from "../injection/annotation.ts";
import { AGENT_ANNOTATION, INJECTED_ANNOTATION, SKIPPED_ANNOTATION } from "../injection/names.ts";
import { parseSkipped, type Skipped } from "../injection/skipped.ts";
import type { DeploymentSpec, Template } from "../injection/pod.ts";
import { firstShare, replicasOf } from "../injection/share.ts";
import { type Failure, failureOf, isReady } from "./failing.ts";

export interface RolloutState {
  /** All pods are of the present template and available. */
  complete: boolean;
  /** Pods of the present template; available; in all. */
  updated: number;
  available: number;
  total: number;
  /** Live pods whose template asks for the agent but which carry none, or another configuration. */
  plainPods: string[];
  /** Why the webhook left them plain, where it said so: a word, and a sentence. */
  skipped: (Skipped & { pod: string })[];
  /** Pods that carry the agent, terminating ones too. */
  injectedPods: string[];
  /** Injected pods that crash, restart or do not start while the pods without the agent do not. */
  failing: Failure[];
  /** The ReplicaSet of the user's present template without anything of ours; undefined when it is gone. */
  originalReplicaSet: string | undefined;
  currentReplicaSet: string | undefined;
  oldPods: { total: number; ready: number };
  newPods: { total: number; ready: number };
  /** Percent of the pods that the first step of a rollout changes. */
  firstShare: number;
}

export interface Neighbours {
  /** Of the namespace; those of other workloads are ignored. */
  replicaSets: Manifest[];
  pods: Manifest[];
}

interface Counts {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  availableReplicas?: number;
  unavailableReplicas?: number;
}

export const observeRollout = (
  deployment: Manifest,
  neighbours: Neighbours,
  { now }: { now: Date },
): RolloutState => {
  const workload = deployment.spec as DeploymentSpec;
  const counts = (deployment.status ?? {}) as Counts;
  const sets = ownedBy(deployment, neighbours.replicaSets);
  const current = sets.find((set) => templateHash(set) === templateHash(deployment));
  const pods = sets.flatMap((set) => ownedBy(set, neighbours.pods).filter(isAlive));
  const isNew = isOwnedBy(current);
  return {
    complete: isComplete(deployment, workload, counts),
    updated: counts.updatedReplicas ?? 0,
    available: counts.availableReplicas ?? 0,
    total: counts.replicas ?? 0,
    ...injectionOf(pods),
    failing: blame(pods, { now, soakSeconds: workload.minReadySeconds ?? 0 }),
    originalReplicaSet: sets.find((set) => isOriginal(set, deployment))?.metadata.name,
    currentReplicaSet: current?.metadata.name,
    oldPods: tally(pods.filter((pod) => !isNew(pod))),
    newPods: tally(pods.filter(isNew)),
    firstShare: firstShare(workload),
  };
};

const isOwnedBy =
  (owner: Manifest | undefined) =>
  ({ metadata }: Manifest): boolean =>
    owner?.metadata.uid !== undefined &&
    (metadata.ownerReferences ?? []).some(
      ({ uid, controller }) => controller === true && uid === owner.metadata.uid,
    );

const ownedBy = (owner: Manifest, objects: Manifest[]): Manifest[] =>
  objects.filter(isOwnedBy(owner));

/** Evicted and finished pods stay in the list for a while; they serve nobody. */
const isAlive = ({ status }: Manifest): boolean =>
  !["Failed", "Succeeded"].includes((status as { phase?: string } | undefined)?.phase ?? "");

const isComplete = ({ metadata }: Manifest, workload: DeploymentSpec, counts: Counts): boolean => {
  const wanted = replicasOf(workload);
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = counts;
  return (
    (counts.observedGeneration ?? 0) >= (metadata.generation ?? 0) &&
    [replicas, updatedReplicas, availableReplicas].every((count) => count === wanted)
  );
};

const annotationsOf = ({ metadata }: Manifest): Record<string, string> =>
  metadata.annotations ?? {};

/** The mark that the pod's template asks for. */
const askedOf = (pod: Manifest): string | undefined => {
  const asked = parseAnnotation(annotationsOf(pod)[AGENT_ANNOTATION] ?? "");
  return asked && markOf(asked);
};

const injectionOf = (
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

const isInjected = (pod: Manifest): boolean => INJECTED_ANNOTATION in annotationsOf(pod);

/** What also happens to pods without the agent is not the agent's doing. */
const blame = (pods: Manifest[], time: { now: Date; soakSeconds: number }): Failure[] => {
  const failures = (some: Manifest[]) => some.flatMap((pod) => failureOf(pod, time) ?? []);
  const alive = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
  const elsewhere = new Set(
    failures(alive.filter((pod) => !isInjected(pod))).map(({ reason }) => reason),
  );
  return failures(alive.filter(isInjected)).filter(({ reason }) => !elsewhere.has(reason));
};

const tally = (pods: Manifest[]): { total: number; ready: number } => ({
  total: pods.length,
  ready: pods.filter(isReady).length,
});

const templateOf = ({ spec }: Manifest): Template => (spec as { template: Template }).template;

const isOriginal = (set: Manifest, deployment: Manifest): boolean =>
  templateOf(set).metadata?.annotations?.[AGENT_ANNOTATION] === undefined &&
  userTemplateHash(set) === userTemplateHash(deployment);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Keys in one order, without empty maps: an annotation that came and went must leave no trace. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    isObject(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

const hashOf = (template: Template, without: string[]): string => {
  const { labels = {}, annotations = {}, ...rest } = template.metadata ?? {};
  const { "pod-template-hash": _added, ...userLabels } = labels;
  const kept = Object.fromEntries(
    Object.entries(annotations).filter(([name]) => !without.includes(name)),
  );
  const { creationTimestamp: _empty, ...metadata } = rest;
  const text = canonical({ metadata, labels: userLabels, annotations: kept, spec: template.spec });
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
};

const templateHash = (object: Manifest): string => hashOf(templateOf(object), []);

/** Hash of the user's pod template without anything of ours; the same for a Deployment and its ReplicaSets. */
export const userTemplateHash = (object: Manifest): string =>
  hashOf(templateOf(object), [AGENT_ANNOTATION]);
