/** The objects of a trial attempt: two twins first, and the load once both are ready and their addresses are known. Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import { loadJob, twins } from "../trial/twin.ts";
import { tokenOf } from "./trial.ts";
import type { ComponentWorld, World } from "./types.ts";

interface PodStatus {
  podIP?: string;
  conditions?: { type: string; status: string }[];
}

const address = (pod: Manifest | undefined): string | undefined => {
  const status = pod?.status as PodStatus | undefined;
  const ready = status?.conditions?.some(
    ({ type, status: answer }) => type === "Ready" && answer === "True",
  );
  return ready ? status?.podIP : undefined;
};

export const trialManifests = (world: World, seen: ComponentWorld): Manifest[] => {
  const status = world.migration.status.components.find(({ name }) => name === seen.spec.name);
  if (status?.stage !== "Trial" || !status.attempt || !status.profile || !seen.deployment)
    return [];
  const setting = {
    migration: world.migration,
    spec: seen.spec,
    deployment: seen.deployment,
    settings: world.settings,
    sources: world.sources,
    profile: status.profile,
    attempt: status.attempt,
    token: tokenOf(status.attempt),
  };
  const made = twins(setting);
  if ("refused" in made) return [];
  const plain = address(seen.trial?.plain);
  const injected = address(seen.trial?.injected);
  // Once the load runs it stays, even when a twin stops being ready: its end is evidence too.
  if (seen.trial?.job) return [...made.manifests, seen.trial.job];
  return plain && injected
    ? [...made.manifests, loadJob(setting, { plain, injected })]
    : made.manifests;
};
