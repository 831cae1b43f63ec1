/** Is what the Alongside step puts into the namespace up, with a configuration that its own program accepts? Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import type { DeploymentSpec } from "../injection/pod.ts";
import type { Gate, Migration } from "../migration/types.ts";
import { backendName, CONFIG_ANNOTATION, managedBackends, validationName } from "./endpoints.ts";

/** What was seen in the namespace; only our own objects are looked at. */
export interface Seen {
  deployments: Manifest[];
  jobs: Manifest[];
  pods: Manifest[];
}

/** BackendsReady | BackendsStarting | ConfigurationUnchecked | ConfigurationInvalid */
export const backendsReady = (migration: Migration, seen: Seen): Gate => {
  const names = managedBackends(migration).map((name) => backendName(migration, name));
  const waiting = names.flatMap((name) => {
    const why = unready(seen.deployments.find(({ metadata }) => metadata.name === name));
    return why ? [`${name} ${why}`] : [];
  });
  const checked = validation(migration, seen);
  // A refused configuration is why the collector is not up, and says more than "not ready".
  if (checked && (checked.reason === "ConfigurationInvalid" || waiting.length === 0))
    return checked;
  if (waiting.length > 0)
    return { passed: false, reason: "BackendsStarting", message: waiting.join("; ") };
  const message = `ready: ${names.join(", ") || "backends of your own"}; the collector's own validate accepts its configuration`;
  return { passed: true, reason: "BackendsReady", message };
};

interface Counts {
  generation: number;
  observed: number;
  wanted: number;
  updated: number;
  ready: number;
}

const countsOf = ({ metadata, spec, status }: Manifest): Counts => {
  const seen = {
    observedGeneration: 0,
    readyReplicas: 0,
    updatedReplicas: 0,
    ...(status as object | undefined),
  };
  return {
    generation: metadata.generation ?? 0,
    observed: seen.observedGeneration,
    wanted: (spec as DeploymentSpec).replicas ?? 1,
    updated: seen.updatedReplicas,
    ready: seen.readyReplicas,
  };
};

const unready = (deployment: Manifest | undefined): string | undefined => {
  if (!deployment) return "is not created yet";
  const { generation, observed, wanted, updated, ready } = countsOf(deployment);
  if (observed < generation || updated < wanted) return "is rolling out";
  return ready < wanted ? `has ${ready} of ${wanted} ready` : undefined;
};

const hashOf = (deployment: Manifest): string =>
  (deployment.spec as DeploymentSpec).template.metadata?.annotations?.[CONFIG_ANNOTATION] ?? "";

interface JobStatus {
  succeeded?: number;
  conditions?: { type: string; status: string }[];
}

const endOf = (job: Manifest | undefined): "Complete" | "Failed" | undefined => {
  const { succeeded = 0, conditions = [] } = (job?.status ?? {}) as JobStatus;
  if (succeeded > 0) return "Complete";
  const failed = conditions.some(({ type, status }) => type === "Failed" && status === "True");
  return failed ? "Failed" : undefined;
};

/** What keeps the configuration that runs from being accepted; undefined when nothing does. */
const validation = (migration: Migration, { deployments, jobs, pods }: Seen): Gate | undefined => {
  const name = backendName(migration, "collector");
  const collector = deployments.find(({ metadata }) => metadata.name === name);
  if (!collector || migration.spec.backends.collector.externalEndpoint) return undefined;
  const jobName = validationName(migration, hashOf(collector));
  const end = endOf(jobs.find(({ metadata }) => metadata.name === jobName));
  if (end === "Complete") return undefined;
  if (end === "Failed") {
    const message = `the collector refuses its configuration: ${said(pods, jobName)}`;
    return { passed: false, reason: "ConfigurationInvalid", message };
  }
  const message = "the collector's own validate is checking its configuration";
  return { passed: false, reason: "ConfigurationUnchecked", message };
};

interface PodStatus {
  containerStatuses?: { state?: { terminated?: { message?: string } } }[];
}

const said = (pods: Manifest[], job: string): string =>
  pods
    .filter(({ metadata }) => metadata.labels?.["batch.kubernetes.io/job-name"] === job)
    .flatMap(({ status }) => ((status ?? {}) as PodStatus).containerStatuses ?? [])
    .map(({ state }) => state?.terminated?.message ?? "")
    .findLast((message) => message !== "")
    ?.trim()
    .slice(-500) ?? "no message";
