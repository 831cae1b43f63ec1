/** The controller of Deployments, at once. */
import type { Manifest } from "../cluster/cluster.ts";
import type { Template } from "../injection/pod.ts";
import { hashOf, type Life, ownerOf, owns, podOf, remove, specOf, type Stock } from "./stock.ts";

/** The ReplicaSet of the present template grows, the others shrink. */
export const follow = async (deployment: Manifest, stock: Stock, life: Life): Promise<void> => {
  const spec = specOf(deployment);
  const name = `${deployment.metadata.name}-${hashOf(spec.template)}`;
  const sets = stock.replicaSets.filter(owns(deployment));
  for (const set of sets) if (set.metadata.name !== name) await scale(set, { to: 0, stock, life });
  const present =
    sets.find(({ metadata }) => metadata.name === name) ??
    (await life.cluster.create(replicaSet(deployment, name)));
  const { replicas = 1 } = spec;
  await scale(present, { to: replicas, stock, life });
  await report(deployment, replicas, life);
};

const replicaSet = (deployment: Manifest, name: string): Manifest => {
  const { template, selector } = specOf(deployment);
  const label = { "pod-template-hash": hashOf(template) };
  const labels = { ...template.metadata?.labels, ...label };
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name, namespace: deployment.metadata.namespace ?? "", ...ownerOf(deployment) },
    spec: {
      replicas: 0,
      selector: { matchLabels: { ...selector?.matchLabels, ...label } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
};

const scale = async (
  set: Manifest,
  { to, stock, life }: { to: number; stock: Stock; life: Life },
): Promise<void> => {
  const { cluster, namespace } = life;
  const reference = { ...set, namespace, name: set.metadata.name };
  const { replicas, template } = set.spec as { replicas: number; template: Template };
  if (replicas !== to) await cluster.merge(reference, { spec: { replicas: to } });
  const names = Array.from({ length: to }, (_, nth) => `${set.metadata.name}-${nth}`);
  const pods = stock.pods.filter(owns(set));
  for (const { metadata } of pods)
    if (!names.includes(metadata.name)) await remove("Pod", metadata.name, life);
  for (const name of names)
    if (!pods.some(({ metadata }) => metadata.name === name))
      await cluster.create(podOf(set, name, template));
};

const report = async (deployment: Manifest, replicas: number, life: Life): Promise<void> => {
  const status = {
    observedGeneration: deployment.metadata.generation,
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
  };
  if ((deployment.status as typeof status).observedGeneration === status.observedGeneration) return;
  await life.cluster.replaceStatus({ ...deployment, status });
};
