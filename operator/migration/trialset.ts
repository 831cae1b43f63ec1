/** The objects of a trial attempt: two twins first, and the load once both are ready and their addresses are known. Pure. */
import { firstOf } from "@flashcard-otel/verdict/whole.ts";
import type { Manifest } from "../cluster/cluster.ts";
import { hasCondition } from "../cluster/conditions.ts";
import { loadJob, twins } from "../trial/twin.ts";
import { seedOf } from "../trial/load.ts";
import type { TrialSetting, WholeSetting } from "../trial/setting.ts";
import type { ComponentSpec } from "./schema.ts";
import { componentIn } from "./named.ts";
import { nameOfPair, pairsOf } from "./pairs.ts";
import { tokenOf } from "./trial.ts";
import type { ComponentWorld, World } from "./types.ts";

const address = (pod: Manifest | undefined): string | undefined => {
  const { podIP } = (pod?.status ?? {}) as { podIP?: string };
  return hasCondition(pod, "Ready") ? podIP : undefined;
};

const settingOf = (
  { migration, settings, sources }: World,
  seen: ComponentWorld,
): TrialSetting | undefined => {
  const status = componentIn(migration.status, seen.spec.name);
  if (status?.stage !== "Trial" || !status.attempt || !status.profile || !seen.deployment)
    return undefined;
  const { profile } = status;
  const { spec, deployment } = seen;
  const attempt = nameOfPair(status);
  return {
    migration,
    spec,
    deployment,
    settings,
    sources,
    profile,
    attempt,
    token: tokenOf(attempt),
    ...(status.pair === undefined ? {} : { whole: wholeOf(spec, status.attempt, status.pair) }),
  };
};

const wholeOf = (spec: ComponentSpec, record: string, pair: number): WholeSetting => ({
  record,
  pair,
  first: firstOf(seedOf(record), pair),
  maxPairs: pairsOf(spec),
});

export const trialManifests = (world: World, seen: ComponentWorld): Manifest[] => {
  const setting = settingOf(world, seen);
  if (!setting) return [];
  const made = twins(setting);
  return "refused" in made ? [] : [...made.manifests, ...load(setting, seen)];
};

const load = (setting: TrialSetting, { trial }: ComponentWorld): Manifest[] => {
  // Once the load runs it stays, even when a twin stops being ready: its end is evidence too.
  if (trial?.job) return [trial.job];
  const plain = address(trial?.plain);
  const injected = address(trial?.injected);
  return plain && injected ? [loadJob(setting, { plain, injected })] : [];
};
