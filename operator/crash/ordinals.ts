/** The controller of StatefulSets, at once; and like it, it waits for a pod that is not ready before it does anything. */
import type { Manifest } from "../cluster/cluster.ts";
import type { Template } from "../injection/pod.ts";
import { isReady } from "../rollout/failing.ts";
import { hashOf, type Life, owns, podOf, remove, specOf, type Stock } from "./stock.ts";

const REVISION = "controller-revision-hash";

export const renew = async (set: Manifest, stock: Stock, life: Life): Promise<void> => {
  const { replicas = 1 } = specOf(set);
  const pods = stock.pods.filter(owns(set));
  const unready = pods.filter((pod) => !isReady(pod)).length;
  const due = Array.from({ length: replicas }, (_, ordinal) => ordinal).filter((ordinal) =>
    isDue(set, ordinal, { pods, waits: unready > 0 }),
  );
  for (const ordinal of due) {
    const name = `${set.metadata.name}-${ordinal}`;
    await remove("Pod", name, life);
    await life.cluster.create(podOf(set, name, withClaims(set, name, freshTemplate(set))));
  }
  const kept = pods.filter(isOf(revisionOf(set))).length;
  await report(set, { updated: kept + due.length, unready }, life);
};

const revisionOf = (set: Manifest): string =>
  `${set.metadata.name}-${hashOf(specOf(set).template)}`;

const isOf =
  (revision: string) =>
  ({ metadata }: Manifest): boolean =>
    metadata.labels?.[REVISION] === revision;

const freshTemplate = (set: Manifest): Template => {
  const { metadata, spec } = specOf(set).template;
  const labels = { ...metadata?.labels, [REVISION]: revisionOf(set) };
  return { spec, metadata: { ...metadata, labels } };
};

/** The claims themselves are nobody's business here. */
export const withClaims = (set: Manifest, pod: string, template: Template): Template => {
  const { volumeClaimTemplates = [] } = specOf(set);
  const claimed = volumeClaimTemplates.map(({ metadata: { name } }) => ({
    name,
    persistentVolumeClaim: { claimName: `${name}-${pod}` },
  }));
  const { metadata, spec } = template;
  return {
    ...(metadata ? { metadata } : {}),
    spec: { ...spec, volumes: [...(spec.volumes ?? []), ...claimed] },
  };
};

/** A pod that is missing, or an old one that may be renewed. */
const isDue = (
  set: Manifest,
  ordinal: number,
  { pods, waits }: { pods: Manifest[]; waits: boolean },
): boolean => {
  const present = pods.find(({ metadata }) => metadata.name === `${set.metadata.name}-${ordinal}`);
  if (!present) return true;
  const from = specOf(set).updateStrategy?.rollingUpdate?.partition ?? 0;
  return !isOf(revisionOf(set))(present) && ordinal >= from && !waits;
};

const report = async (
  set: Manifest,
  { updated, unready }: { updated: number; unready: number },
  life: Life,
): Promise<void> => {
  const { replicas = 1 } = specOf(set);
  const status = {
    observedGeneration: set.metadata.generation,
    replicas,
    updatedReplicas: updated,
    readyReplicas: replicas - unready,
    availableReplicas: replicas - unready,
    updateRevision: revisionOf(set),
  };
  await life.cluster.replaceStatus({ ...set, status });
};
