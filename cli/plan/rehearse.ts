/**
 * What would happen next, and next: the operator's own state machine, looked at again and again in a world where everything it
 * waits for comes true. Nothing is touched, and nothing about the order is written down a second time here. Pure.
 */
import { decide } from "@flashcard-otel/operator/migration/decide.ts";
import { COMMAND, effectiveTarget, goalOf } from "@flashcard-otel/operator/migration/goal.ts";
import type { Phase } from "@flashcard-otel/operator/migration/schema.ts";
import type { World } from "@flashcard-otel/operator/migration/types.ts";
import { cometrue } from "./cometrue.ts";
import { type Step, stepsBetween, underWay } from "./steps.ts";

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

const isSettled = (before: World, after: World): boolean => {
  const { status } = after.migration;
  const changed = JSON.stringify(essence(before)) !== JSON.stringify(essence(after));
  return !changed && status.phase === before.migration.status.phase;
};

/** All that can still move. */
const essence = ({ migration: { status, metadata } }: World): unknown => [
  status.phase,
  metadata.annotations,
  status.components.map(({ stage, legacy, hash, partition }) => [stage, legacy, hash, partition]),
];

const ended = ({ migration }: World, steps: Step[]): Rehearsal => {
  const { phase, next } = migration.status;
  if (phase === effectiveTarget(migration)) return { steps, phase };
  return { steps, phase, stuck: next ? `${next.reason}: ${next.message}` : "nothing moves" };
};
