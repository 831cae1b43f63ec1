/** The positive control of a rollout: a pod counts as instrumented only when its own telemetry has arrived. */
import { metricsUrl, tracesUrl } from "../backends/endpoints.ts";
import type { Manifest } from "../cluster/cluster.ts";
import { jaeger } from "../measurement/jaeger.ts";
import { prometheus } from "../measurement/prometheus.ts";
import { isAlive, podsOfWorkload } from "../rollout/pods.ts";
import type { Dependencies, Subject } from "./observe.ts";

type Ask = (subject: Subject, deps: Dependencies) => Promise<boolean>;

/** Whether the telemetry of the new pods has arrived; what cannot be asked has not. */
export const observeTelemetry: Ask = async (subject, deps) => {
  const ask = subject.spec.target.kind === "CronJob" ? spansOfRun : seriesOfPods;
  try {
    return await ask(subject, deps);
  } catch (error) {
    deps.log.debug({ error: String(error) }, "asking for telemetry of new pods");
    return false;
  }
};

/** As far back as Prometheus looks by itself. */
const LOOKBACK_SECONDS = 300;

/** Seconds since 1970; names of pods come again, and what a former one has sent is still there for minutes. */
const begunAt = ({ metadata, status }: Manifest): number =>
  Date.parse(
    (status as { startTime?: string } | undefined)?.startTime ?? metadata.creationTimestamp ?? "",
  ) / 1000 || 0;

/** Every injected pod of the workload has at least one series in the new Prometheus, with a sample from since the youngest of them began. */
const seriesOfPods: Ask = async ({ migration, deployment, inventory }, { fetch, now }) => {
  const pods = podsOfWorkload(deployment, inventory).filter(
    (pod) => isAlive(pod) && !pod.metadata.deletionTimestamp,
  );
  if (pods.length === 0) return false;
  const names = pods.map(({ metadata }) => metadata.name).join("|");
  const age = Math.floor(now().getTime() / 1000 - Math.max(...pods.map(begunAt)));
  const seconds = Math.min(LOOKBACK_SECONDS, Math.max(1, age));
  // Unlike timestamp(), it leaves the names on: without them, series of one pod are the same.
  const young = `last_over_time({k8s_pod_name=~"${names}"}[${seconds}s])`;
  const expression = `count(count by (k8s_pod_name) (${young}))`;
  const [sample] = await prometheus(metricsUrl(migration), fetch).query(expression);
  return (sample?.value ?? 0) >= pods.length;
};

const LONGEST_RUN_SECONDS = 3600;

/** A run is over before its series are looked for; its spans stay. Nothing but runs with the agent sends any under this name. */
const spansOfRun: Ask = async ({ migration, spec }, { fetch, now }) => {
  const to = now().getTime() / 1000;
  const search = { service: spec.name, limit: 1, from: to - LONGEST_RUN_SECONDS, to };
  return (await jaeger(tracesUrl(migration), fetch).search(search)).length > 0;
};
