/**
 * What would happen next, and next: the operator's own state machine, looked at again and again in a world where everything it
 * waits for comes true. Nothing is touched, and nothing about the order is written down a second time here. Pure.
 */
import type { DeploymentSpec } from "@flashcard-otel/operator/injection/pod.ts";
import { replicasOf } from "@flashcard-otel/operator/injection/share.ts";
import { decide } from "@flashcard-otel/operator/migration/decide.ts";
import { COMMAND, effectiveTarget, goalOf, rank } from "@flashcard-otel/operator/migration/goal.ts";
import {
  PHASES,
  type ComponentStatus,
  type Phase,
  type Stage,
  type Status,
} from "@flashcard-otel/operator/migration/schema.ts";
import type {
  ComponentWorld,
  Gate,
  Migration,
  World,
} from "@flashcard-otel/operator/migration/types.ts";
import { type Expected, phaseOf, restOf, rolloutOf, telemetryOf, trialOf } from "./estimate.ts";

export interface Step extends Expected {
  /** The phase that is being worked for. */
  phase: Phase;
  component?: string;
  what: string;
  /** A person must act before it goes on. */
  waitsForYou?: true;
}

export interface Rehearsal {
  steps: Step[];
  /** Where it ends. */
  phase: Phase;
  /** Why it ends before the target. */
  stuck?: string;
}

/** No migration has so many stages; a machine that never settles is found out. */
const LOOKS = 2000;

export const rehearse = (world: World): Rehearsal => {
  const steps = underWay(world);
  let now = unpaused(world, steps);
  for (let look = 0; look < LOOKS; look += 1) {
    const next = lookAgain(now, steps);
    if (isSettled(now, next)) return ended(next, steps);
    now = next;
  }
  return { ...ended(now, steps), stuck: "the plan does not come to an end; report it" };
};

/** What has begun is not begun again: only the rest of it is left. */
const underWay = (world: World): Step[] =>
  world.components.flatMap((seen) => {
    const now = statusIn(world, seen);
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

const PAUSED = COMMAND.paused;

const unpaused = (world: World, steps: Step[]): World => {
  const { metadata, status } = world.migration;
  if (metadata.annotations?.[PAUSED] !== "true") return world;
  steps.push({
    phase: status.phase,
    what: "paused: waits for `flashcard-otel resume`",
    seconds: 0,
    waitsForYou: true,
  });
  const { [PAUSED]: _paused, ...annotations } = metadata.annotations;
  return withAnnotations(world, annotations);
};

const withAnnotations = (world: World, annotations: Record<string, string>): World => ({
  ...world,
  migration: { ...world.migration, metadata: { ...world.migration.metadata, annotations } },
});

const lookAgain = (world: World, steps: Step[]): World => {
  const ready = cometrue(world);
  const { status } = decide(ready);
  steps.push(...stepsBetween(ready, status));
  const later = new Date(world.now.getTime() + 1000);
  const next = { ...ready, now: later, migration: { ...ready.migration, status } };
  return status.next?.reason === "WaitingForApproval" ? approved(next, steps) : next;
};

const approved = (world: World, steps: Step[]): World => {
  const goal = goalOf(world.migration);
  steps.push({
    phase: goal,
    what: "waits for your `flashcard-otel approve`",
    seconds: 0,
    waitsForYou: true,
  });
  return withAnnotations(world, {
    ...world.migration.metadata.annotations,
    [COMMAND.approve]: goal,
  });
};

const PASSED: Gate = { passed: true, reason: "Rehearsed", message: "taken for granted" };

const gates = Object.fromEntries(PHASES.map((phase) => [phase, [PASSED]]));

/** Everything that anything waits for. */
const cometrue = (world: World): World => ({
  ...world,
  gates,
  components: world.components.map((seen) => fulfilled(seen, statusIn(world, seen))),
});

const statusIn = ({ migration }: World, { spec }: ComponentWorld): ComponentStatus | undefined =>
  migration.status.components.find(({ name }) => name === spec.name);

const fulfilled = (seen: ComponentWorld, status: ComponentStatus | undefined): ComponentWorld => ({
  ...seen,
  refusals: [],
  webhook: undefined,
  telemetrySeen: true,
  rollout: seen.rollout && {
    ...seen.rollout,
    complete: true,
    plainPods: [],
    injectedPods: [],
    skipped: [],
    failing: [],
  },
  trial: status?.stage === "Trial" ? passedTrial(status) : undefined,
});

const passedTrial = (status: ComponentStatus): NonNullable<ComponentWorld["trial"]> => ({
  attempt: status.attempt ?? "",
  plain: undefined,
  injected: undefined,
  job: undefined,
  jobPod: undefined,
  evidence: "",
  verdict: {
    verdict: "Passed",
    reason: "WithinBudget",
    message: "taken for granted",
    profile: status.profile ?? "Lean",
    pairs: 0,
  },
});

const stepsBetween = (world: World, after: Status): Step[] => {
  const { migration } = world;
  const goal = goalOf(migration);
  const moved = world.components.flatMap((seen) => {
    const before = statusIn(world, seen);
    const now = after.components.find(({ name }) => name === seen.spec.name);
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

const isSettled = (before: World, after: World): boolean => {
  const { status } = after.migration;
  const changed = JSON.stringify(essence(before)) !== JSON.stringify(essence(after));
  return !changed && status.phase === before.migration.status.phase;
};

/** All that can still move. */
const essence = ({ migration: { status, metadata } }: World): unknown => [
  status.phase,
  metadata.annotations,
  status.components.map(({ stage, legacy, hash }) => [stage, legacy, hash]),
];

const ended = ({ migration }: World, steps: Step[]): Rehearsal => {
  const { phase, next } = migration.status;
  if (phase === effectiveTarget(migration)) return { steps, phase };
  return { steps, phase, stuck: next ? `${next.reason}: ${next.message}` : "nothing moves" };
};

/** Seconds until the end, as far as they can be told. */
export const secondsOf = (steps: readonly Step[]): number =>
  steps.reduce((sum, { seconds }) => sum + seconds, 0);
