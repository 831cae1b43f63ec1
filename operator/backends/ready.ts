/** Is what the Alongside step puts into the namespace up, with a configuration that its own program accepts? Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import type { DeploymentSpec } from "../injection/pod.ts";
import type { Gate, Migration } from "../migration/types.ts";
import { refusedPods } from "../rollout/refused.ts";
import { outcomeOf, runningHash, type Seen, workloadNamed } from "../collector/check.ts";
import { backendName, managedBackends, managedCollectors } from "./endpoints.ts";

/** BackendsReady | BackendsStarting | ConfigurationUnchecked | ConfigurationInvalid */
export const backendsReady = (migration: Migration, seen: Seen): Gate => {
  const names = managedBackends(migration).map((name) => backendName(migration, name));
  const waiting = managedBackends(migration).flatMap((backend) => {
    const why = unready(workloadNamed(migration, backend, seen));
    return why ? [`${backendName(migration, backend)} ${why}`] : [];
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

/** Why a workload does not serve as it shall, as half a sentence. */
export const unready = (workload: Manifest | undefined): string | undefined => {
  if (!workload) return "is not created yet";
  const { generation, observed, wanted, updated, ready } = countsOf(workload);
  const refused = refusedPods(workload);
  if (refused && ready < wanted) return `has ${ready} of ${wanted} ready: ${refused}`;
  if (observed < generation || updated < wanted) return "is rolling out";
  return ready < wanted ? `has ${ready} of ${wanted} ready` : undefined;
};

/** What keeps the configurations that run from being accepted; undefined when nothing does. */
const validation = (migration: Migration, seen: Seen): Gate | undefined => {
  const outcomes = managedCollectors(migration)
    .flatMap((backend) => workloadNamed(migration, backend, seen) ?? [])
    .map((workload) => outcomeOf(migration, runningHash(workload), seen));
  const refused = outcomes.find((one) => one.end === "Refused");
  if (refused) {
    const message = `the collector refuses its configuration: ${refused.words}`;
    return { passed: false, reason: "ConfigurationInvalid", message };
  }
  if (outcomes.every(({ end }) => end === "Accepted")) return undefined;
  const message = "the collector's own validate is checking its configuration";
  return { passed: false, reason: "ConfigurationUnchecked", message };
};
