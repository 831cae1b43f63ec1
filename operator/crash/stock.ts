/** What the stand-in for a cluster works with: what there is, and how it makes and removes objects. */
import { createHash } from "node:crypto";
import type { Cluster, Manifest } from "../cluster/cluster.ts";
import type { Wire } from "../cluster/wire.ts";
import type { DeploymentSpec, Template } from "../injection/pod.ts";

export interface Life {
  cluster: Cluster;
  /** For what only a kubelet asks of the API server. */
  wire: Wire;
  namespace: string;
  now: Date;
  /** Workloads whose injected pods crash. */
  crashing: readonly string[];
}

export interface Stock {
  deployments: Manifest[];
  statefulSets: Manifest[];
  cronJobs: Manifest[];
  replicaSets: Manifest[];
  pods: Manifest[];
  jobs: Manifest[];
}

export const list = (apiVersion: string, kind: string, { cluster, namespace }: Life) =>
  cluster.list({ apiVersion, kind, namespace });

export const podsIn = (life: Life): Promise<Manifest[]> => list("v1", "Pod", life);
export const jobsIn = (life: Life): Promise<Manifest[]> => list("batch/v1", "Job", life);

export const stockOf = async (life: Life): Promise<Stock> => {
  const [deployments, statefulSets, cronJobs, replicaSets, pods, jobs] = await Promise.all([
    list("apps/v1", "Deployment", life),
    list("apps/v1", "StatefulSet", life),
    list("batch/v1", "CronJob", life),
    list("apps/v1", "ReplicaSet", life),
    podsIn(life),
    jobsIn(life),
  ]);
  return { deployments, statefulSets, cronJobs, replicaSets, pods, jobs };
};

export const specOf = ({ spec }: Manifest): DeploymentSpec => spec as DeploymentSpec;

export const hashOf = (template: Template): string =>
  createHash("sha256").update(JSON.stringify(template)).digest("hex").slice(0, 10);

export const ownerOf = ({ apiVersion, kind, metadata: { name, uid = "" } }: Manifest) => ({
  ownerReferences: [{ apiVersion, kind, name, uid, controller: true }],
});

export const owns =
  (owner: Manifest) =>
  ({ metadata }: Manifest): boolean =>
    (metadata.ownerReferences ?? []).some(({ uid }) => uid === owner.metadata.uid);

export const podOf = (owner: Manifest, name: string, { metadata, spec }: Template): Manifest => ({
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

export const remove = (kind: string, name: string, { cluster, namespace }: Life): Promise<void> =>
  cluster.remove({ apiVersion: kind === "Pod" ? "v1" : "apps/v1", kind, namespace, name });
