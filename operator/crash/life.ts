/**
 * What a cluster does by itself, on an API server that has no controllers and no nodes: ReplicaSets and pods follow their
 * workloads, pods start and are ready, Jobs end, orphans go. One call brings everything to rest.
 */
import { createHash } from "node:crypto";
import type { Cluster, Manifest } from "../cluster/cluster.ts";
import { INJECTED_ANNOTATION } from "../injection/names.ts";
import type { DeploymentSpec, Template } from "../injection/pod.ts";

export interface Life {
  cluster: Cluster;
  namespace: string;
  now: Date;
  /** Injected pods of workloads crash. */
  crashing: boolean;
}

interface Stock {
  deployments: Manifest[];
  replicaSets: Manifest[];
  pods: Manifest[];
  jobs: Manifest[];
}

const stockOf = async ({ cluster, namespace }: Life): Promise<Stock> => {
  const list = (apiVersion: string, kind: string) => cluster.list({ apiVersion, kind, namespace });
  const [deployments, replicaSets, pods, jobs] = await Promise.all([
    list("apps/v1", "Deployment"),
    list("apps/v1", "ReplicaSet"),
    list("v1", "Pod"),
    list("batch/v1", "Job"),
  ]);
  return { deployments, replicaSets, pods, jobs };
};

export const live = async (life: Life): Promise<void> => {
  const stock = await stockOf(life);
  for (const deployment of stock.deployments) await follow(deployment, stock, life);
  for (const job of stock.jobs) await finish(job, stock, life);
  await sweep(await stockOf(life), life);
  for (const pod of (await stockOf(life)).pods) await start(pod, life);
};

const specOf = ({ spec }: Manifest): DeploymentSpec => spec as DeploymentSpec;

const hashOf = ({ template }: DeploymentSpec): string =>
  createHash("sha256").update(JSON.stringify(template)).digest("hex").slice(0, 10);

const ownerOf = ({ apiVersion, kind, metadata: { name, uid = "" } }: Manifest) => ({
  ownerReferences: [{ apiVersion, kind, name, uid, controller: true }],
});

const owns =
  (owner: Manifest) =>
  ({ metadata }: Manifest): boolean =>
    (metadata.ownerReferences ?? []).some(({ uid }) => uid === owner.metadata.uid);

/** The ReplicaSet of the present template grows, the others shrink. */
const follow = async (deployment: Manifest, stock: Stock, life: Life): Promise<void> => {
  const spec = specOf(deployment);
  const name = `${deployment.metadata.name}-${hashOf(spec)}`;
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
  const label = { "pod-template-hash": hashOf(specOf(deployment)) };
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

const podOf = (owner: Manifest, name: string, { metadata, spec }: Template): Manifest => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    ...metadata,
    name,
    namespace: owner.metadata.namespace ?? "",
    ...ownerOf(owner),
  },
  spec,
});

const remove = (kind: string, name: string, { cluster, namespace }: Life): Promise<void> =>
  cluster.remove({ apiVersion: kind === "Pod" ? "v1" : "apps/v1", kind, namespace, name });

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

/** A Job that checks a configuration has succeeded; one that drives a trial has a pod with a log. */
const finish = async (job: Manifest, stock: Stock, { cluster }: Life): Promise<void> => {
  if ((job.status as { succeeded?: number }).succeeded) return;
  const { template } = job.spec as { template: Template };
  if (!stock.pods.some(owns(job)))
    await cluster.create(podOf(job, `${job.metadata.name}-0`, template));
  await cluster.replaceStatus({ ...job, status: { succeeded: 1 } });
};

/** The garbage collector. */
const sweep = async (stock: Stock, life: Life): Promise<void> => {
  const owners = new Set(Object.values(stock).flatMap((some: Manifest[]) => some.map(uidOf)));
  const isOrphan = ({ metadata }: Manifest): boolean =>
    (metadata.ownerReferences ?? []).some(
      ({ kind, uid }) => ["Deployment", "ReplicaSet", "Job"].includes(kind) && !owners.has(uid),
    );
  for (const set of stock.replicaSets.filter(isOrphan))
    await remove("ReplicaSet", set.metadata.name, life);
  for (const pod of stock.pods.filter(isOrphan)) await remove("Pod", pod.metadata.name, life);
};

const uidOf = ({ metadata }: Manifest): string => metadata.uid ?? "";

const start = async (pod: Manifest, { cluster, now, crashing }: Life): Promise<void> => {
  if ((pod.status as { phase?: string }).phase === "Running") return;
  const isInjected = INJECTED_ANNOTATION in (pod.metadata.annotations ?? {});
  await cluster.replaceStatus({
    ...pod,
    status: stateOf(pod, { now, isUp: !(crashing && isInjected) }),
  });
};

const stateOf = ({ spec }: Manifest, { now, isUp }: { now: Date; isUp: boolean }) => {
  const at = now.toISOString();
  const { containers } = spec as Template["spec"];
  return {
    phase: "Running",
    startTime: at,
    podIP: "10.0.0.1",
    podIPs: [{ ip: "10.0.0.1" }],
    conditions: [{ type: "Ready", status: isUp ? "True" : "False", lastTransitionTime: at }],
    containerStatuses: containers.map(({ name, image = "" }) => ({
      name,
      image,
      imageID: image,
      ready: isUp,
      started: isUp,
      restartCount: isUp ? 0 : 3,
      state: isUp ? { running: { startedAt: at } } : { waiting: { reason: "CrashLoopBackOff" } },
    })),
  };
};
