/** What a look of the state machine changes, in the words of a plan. Pure. */
import type { DeploymentSpec } from "@flashcard-otel/operator/injection/pod.ts";
import { replicasOf } from "@flashcard-otel/operator/injection/share.ts";
import { goalOf, rank } from "@flashcard-otel/operator/migration/goal.ts";
import { componentIn } from "@flashcard-otel/operator/migration/named.ts";
import type {
  ComponentStatus,
  Phase,
  Stage,
  Status,
} from "@flashcard-otel/operator/migration/schema.ts";
import type { ComponentWorld, Migration, World } from "@flashcard-otel/operator/migration/types.ts";
import { type Expected, phaseOf, restOf, rolloutOf, telemetryOf, trialOf } from "./estimate.ts";

export interface Step extends Expected {
  /** The phase that is being worked for. */
  phase: Phase;
  component?: string;
  what: string;
  /** A person must act before it goes on. */
  waitsForYou?: true;
}

/** What has begun is not begun again: only the rest of it is left. */
export const underWay = (world: World): Step[] =>
  world.components.flatMap((seen) => {
    const now = componentIn(world.migration.status, seen.spec.name);
    if (!now) return [];
    const steps = entering[now.stage]?.(seen, { now, world }) ?? [];
    return steps.map(({ what, seconds, atMost }) => ({
      phase: goalOf(world.migration),
      component: seen.spec.name,
      what: `goes on: ${what}`,
      seconds: restOf(now, seconds, world.now),
      ...(atMost === undefined ? {} : { atMost }),
    }));
  });

export const stepsBetween = (world: World, after: Status): Step[] => {
  const { migration } = world;
  const goal = goalOf(migration);
  const moved = world.components.flatMap((seen) => {
    const before = componentIn(world.migration.status, seen.spec.name);
    const now = componentIn(after, seen.spec.name);
    if (!now || before?.stage === now.stage) return [];
    return (entering[now.stage]?.(seen, { now, world }) ?? []).map((step) => ({
      ...step,
      phase: goal,
      component: seen.spec.name,
    }));
  });
  if (after.phase === migration.status.phase) return moved;
  return [...moved, reached(migration, after)];
};

const reached = ({ spec, status }: Migration, { phase, next }: Status): Step => {
  const forward = rank(phase) > rank(status.phase);
  return forward
    ? { phase, what: `proven: ${next?.what ?? ""}`, ...phaseOf(phase, spec) }
    : { phase, what: `back from ${status.phase}`, seconds: 0 };
};

type Entering = (
  seen: ComponentWorld,
  change: { now: ComponentStatus; world: World },
) => Omit<Step, "phase" | "component">[];

/** As many as the workload wants. */
export const podsIn = ({ deployment }: ComponentWorld): number => {
  const workload = deployment?.spec as DeploymentSpec | undefined;
  return workload ? replicasOf(workload) : 0;
};

/** What entering a stage means for people; stages that take no time and touch nothing say nothing. */
const entering: Partial<Record<Stage, Entering>> = {
  Trial: ({ spec }, { now, world }) => [
    {
      what: `trial of profile ${now.profile ?? ""} on twins: at most ${spec.trial.maxItems} items`,
      ...trialOf(spec, world.migration.spec.budget),
    },
  ],
  RollingOut: (seen, { now }) => [
    {
      what: `rolling update, ${now.reason === "LegacySwitch" ? `legacy emitter ${now.legacy}` : `with profile ${now.profile ?? ""}`}: first ${seen.rollout?.firstShare ?? 0} % of ${podsIn(seen)} pods, ${seen.spec.rollout.soakSeconds} s of soak`,
      ...rolloutOf(seen),
    },
  ],
  Soaking: () => [{ what: "telemetry of the new pods arrives", ...telemetryOf() }],
  TakingBack: (seen) => [{ what: "rolling update without the agent", ...rolloutOf(seen) }],
};

/** Seconds until the end, as far as they can be told. */
export const secondsOf = (steps: readonly Step[]): number =>
  steps.reduce((sum, { seconds }) => sum + seconds, 0);
