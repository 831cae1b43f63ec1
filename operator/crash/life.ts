/**
 * What a cluster does by itself, on an API server that has no controllers and no nodes: pods follow their workloads, start and
 * are ready, runs end, orphans go. Everything that can happen at once does.
 */
import type { Manifest } from "../cluster/cluster.ts";
import { INJECTED_ANNOTATION } from "../injection/names.ts";
import type { Template } from "../injection/pod.ts";
import { renew } from "./ordinals.ts";
import { follow } from "./replicas.ts";
import { finish, schedule } from "./runs.ts";
import { type Life, remove, type Stock, stockOf } from "./stock.ts";

export const live = async (life: Life): Promise<void> => {
  const stock = await stockOf(life);
  for (const deployment of stock.deployments) await follow(deployment, stock, life);
  for (const set of stock.statefulSets) await renew(set, stock, life);
  for (const cronJob of stock.cronJobs) await schedule(cronJob, stock, life);
  for (const job of (await stockOf(life)).jobs) await finish(job, stock, life);
  await sweep(await stockOf(life), life);
  for (const pod of (await stockOf(life)).pods) await start(pod, life);
};

/** The garbage collector. */
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

/** The kubelet. */
const start = async (pod: Manifest, { cluster, now, crashing }: Life): Promise<void> => {
  if ((pod.status as { phase?: string }).phase !== "Pending") return;
  const { name, annotations = {} } = pod.metadata;
  const isInjected = INJECTED_ANNOTATION in annotations;
  const fails = isInjected && crashing.some((workload) => name.startsWith(`${workload}-`));
  await cluster.replaceStatus({
    ...pod,
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
