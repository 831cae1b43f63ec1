/** The positive control of a rollout: a pod counts as instrumented only when its own telemetry has arrived. */
import { metricsUrl } from "../backends/endpoints.ts";
import { prometheus } from "../measurement/prometheus.ts";
import type { Dependencies, Subject } from "./observe.ts";

/** True when every injected pod of the workload has at least one series of its own in the new Prometheus. */
export const observeTelemetry = async (
  { migration, deployment, inventory }: Subject,
  { fetch, log }: Dependencies,
): Promise<boolean> => {
  const pods = podsOf(deployment, inventory);
  if (pods.length === 0) return false;
  const expression = `count(count by (k8s_pod_name) ({k8s_pod_name=~"${pods.join("|")}"}))`;
  try {
    const [sample] = await prometheus(metricsUrl(migration), fetch).query(expression);
    return (sample?.value ?? 0) >= pods.length;
  } catch (error) {
    log.debug({ error: String(error) }, "asking for telemetry of new pods");
    return false;
  }
};

const podsOf = (
  deployment: Subject["deployment"],
  { replicaSets, pods }: Subject["inventory"],
): string[] => {
  const sets = replicaSets.filter(({ metadata }) =>
    metadata.ownerReferences?.some(({ uid }) => uid === deployment?.metadata.uid),
  );
  const uids = new Set(sets.map(({ metadata }) => metadata.uid));
  return pods
    .filter(
      ({ metadata }) =>
        !metadata.deletionTimestamp && metadata.ownerReferences?.some(({ uid }) => uids.has(uid)),
    )
    .map(({ metadata }) => metadata.name);
};
