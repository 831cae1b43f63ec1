/**
 * What a cluster does by itself, on an API server that has no controllers and no nodes: pods follow their workloads, start and
 * are ready, runs end, orphans go. Everything that can happen at once does.
 */
import type { Manifest } from "../cluster/cluster.ts";
import { INJECTED_ANNOTATION } from "../injection/names.ts";
import type { Template } from "../injection/pod.ts";
import { GROUP, KIND, VERSION } from "../migration/schema.ts";
import { renew } from "./ordinals.ts";
import { follow } from "./replicas.ts";
import { finish, schedule } from "./runs.ts";
import { type Life, jobsIn, list, podsIn, remove, type Stock, stockOf } from "./stock.ts";

export const live = async (life: Life): Promise<void> => {
  const stock = await stockOf(life);
  for (const deployment of stock.deployments) await follow(deployment, stock, life);
  for (const set of stock.statefulSets) await renew(set, stock, life);
  for (const cronJob of stock.cronJobs) await schedule(cronJob, stock, life);
  for (const job of await jobsIn(life)) await finish(job, stock, life);
  await bury(life);
  await sweep(await stockOf(life), life);
  for (const pod of await podsIn(life))
    await (pod.metadata.deletionTimestamp ? end(pod, life) : start(pod, life));
};

/** The garbage collector, of what belonged to a resource that is gone. */
const bury = async (life: Life): Promise<void> => {
  const { cluster, namespace } = life;
  const resources = await list(`${GROUP}/${VERSION}`, KIND, life);
  // There is never more than one.
  if (resources.length > 0) return;
  const isOrphan = ({ metadata }: Manifest): boolean =>
    (metadata.ownerReferences ?? []).some(({ kind }) => kind === KIND);
  for (const [apiVersion, kind] of OWNED)
    for (const { metadata } of (await list(apiVersion, kind, life)).filter(isOrphan))
      await cluster.remove({ apiVersion, kind, namespace, name: metadata.name });
};

const OWNED: [apiVersion: string, kind: string][] = [
  ["apps/v1", "Deployment"],
  ["apps/v1", "StatefulSet"],
  ["batch/v1", "Job"],
  ["v1", "Pod"],
  ["v1", "ConfigMap"],
  ["v1", "Service"],
];

/** The same, of what controllers have made. */
const sweep = async (stock: Stock, life: Life): Promise<void> => {
  const owners = new Set(Object.values(stock).flatMap((some: Manifest[]) => some.map(uidOf)));
  const isOrphan = ({ metadata }: Manifest): boolean =>
    (metadata.ownerReferences ?? []).some(
      ({ kind, uid }) => MAKERS.includes(kind) && !owners.has(uid),
    );
  for (const set of stock.replicaSets.filter(isOrphan))
    await remove("ReplicaSet", set.metadata.name, life);
  for (const pod of stock.pods.filter(isOrphan)) await remove("Pod", pod.metadata.name, life);
};

const MAKERS: readonly string[] = ["Deployment", "StatefulSet", "ReplicaSet", "CronJob", "Job"];

const uidOf = ({ metadata }: Manifest): string => metadata.uid ?? "";

export const NODE = "node-1";

/** The scheduler, for pods whose node means something: those that no controller has made. */
const place = async ({ metadata, spec }: Manifest, { cluster }: Life): Promise<void> => {
  const { name, namespace = "", ownerReferences = [] } = metadata;
  const isMade = ownerReferences.some(({ kind }) => MAKERS.includes(kind));
  if (isMade || (spec as { nodeName?: string }).nodeName) return;
  const target = { apiVersion: "v1", kind: "Node", name: NODE };
  await cluster.create({
    apiVersion: "v1",
    kind: "Binding",
    metadata: { name, namespace },
    target,
  });
};

/** The kubelet: a pod that shall go is gone once its containers have ended. */
const end = async ({ metadata }: Manifest, { wire, namespace }: Life): Promise<void> => {
  const path = `/api/v1/namespaces/${namespace}/pods/${metadata.name}`;
  const body = { apiVersion: "v1", kind: "DeleteOptions", gracePeriodSeconds: 0 };
  await wire.call({ method: "DELETE", path, body, repeatable: true });
};

/** The kubelet. */
const start = async (pod: Manifest, life: Life): Promise<void> => {
  const { cluster, now, crashing } = life;
  if ((pod.status as { phase?: string }).phase !== "Pending") return;
  await place(pod, life);
  const { name, annotations = {} } = pod.metadata;
  const isInjected = INJECTED_ANNOTATION in annotations;
  const fails = isInjected && crashing.some((workload) => name.startsWith(`${workload}-`));
  // What was read is older than its place.
  const { resourceVersion: _version, ...metadata } = pod.metadata;
  await cluster.replaceStatus({
    ...pod,
    metadata,
    status: isRun(pod)
      ? { phase: fails ? "Failed" : "Succeeded" }
      : stateOf(pod, { now, isUp: !fails }),
  });
};

const isRun = ({ metadata }: Manifest): boolean =>
  (metadata.ownerReferences ?? []).some(({ kind }) => kind === "Job");

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
