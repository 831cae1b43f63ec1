/** What a component's trial will do to the cluster and to whoever its items call, told beforehand. Pure. */
import type { Manifest } from "@flashcard-otel/operator/cluster/cluster.ts";
import { nextProfile } from "@flashcard-otel/operator/migration/profiles.ts";
import type { Profile } from "@flashcard-otel/operator/migration/schema.ts";
import type { ComponentWorld, World } from "@flashcard-otel/operator/migration/types.ts";
import { profilesTried } from "./estimate.ts";
import { type Outgoing, outgoingOfTwins } from "@flashcard-otel/operator/trial/outgoing.ts";
import { twins } from "@flashcard-otel/operator/trial/twin.ts";

export interface TrialPlan {
  /** The profile that is tried first. */
  first: Profile | undefined;
  profiles: Profile[];
  ruledOut: string[];
  skipped: boolean;
  maxItems: number;
  sideEffects: string;
  /** `2 Pods`, ... for the length of the trial. */
  creates: string[];
  /** Hosts that the twins' environment names: each item may call them. */
  outgoing: Outgoing[];
}

/** `services`: of the namespace. */
export const trialPlanOf = (
  world: World,
  seen: ComponentWorld,
  services: readonly Manifest[],
): TrialPlan => {
  const { spec } = seen;
  const { cpuPercent } = world.migration.spec.budget;
  const { profile: first, ruledOut } = nextProfile(spec, undefined, cpuPercent);
  const skipped = spec.trial.skip;
  const manifests = skipped ? [] : manifestsOf(world, seen, first);
  return {
    first: skipped && spec.profile !== "Auto" ? spec.profile : first,
    profiles: profilesTried(spec, cpuPercent),
    ruledOut: ruledOut.map(({ profile, message }) => `${profile}: ${message}`),
    skipped,
    maxItems: skipped ? 0 : spec.trial.maxItems,
    sideEffects: spec.trial.sideEffects,
    creates: manifests.length > 0 ? counted([...manifests.map(({ kind }) => kind), "Job"]) : [],
    outgoing: outgoingOfTwins(manifests, services),
  };
};

/** Any attempt will do: only names depend on it. */
const ATTEMPT = "0000000000";

const manifestsOf = (
  { migration, settings, sources }: World,
  { spec, deployment }: ComponentWorld,
  profile: Profile | undefined,
): Manifest[] => {
  if (!deployment || !profile) return [];
  const setting = { migration, spec, deployment, settings, sources, profile };
  const made = twins({ ...setting, attempt: ATTEMPT, token: ATTEMPT });
  return "refused" in made ? [] : made.manifests;
};

const counted = (kinds: string[]): string[] =>
  Object.entries(Object.groupBy(kinds, (kind) => kind)).map(
    ([kind, all = []]) => `${all.length} ${kind}${all.length === 1 ? "" : "s"}`,
  );
