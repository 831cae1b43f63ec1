/** What a look has decided, as it is written into the status. Pure. */
import { conditions } from "./conditions.ts";
import { remembered } from "./downtime.ts";
import { COMMAND } from "./goal.ts";
import { leavingSince } from "./leaving.ts";
import { planHash } from "./planhash.ts";
import type { ComponentStatus, Phase, Status } from "./schema.ts";
import { secondsSince } from "./time.ts";
import type { Hindrance, World } from "./types.ts";

export interface Move {
  /** From now on. */
  phase: Phase;
  /** What is being done, for people. */
  what: string;
  hindrance?: Hindrance;
  /** Why the phase was reached; empty where it stays. */
  evidence: string;
}

/** What is done when leaving takes too long. */
export const LEAVE = "leave";

export const record = (world: World, components: ComponentStatus[], moved: Move): Status => {
  const { status, metadata } = world.migration;
  const now = world.now.toISOString();
  const retry = metadata.annotations?.[COMMAND.retry];
  const { leavingSince: _since, objectives: _before, ...known } = status;
  const next: Status = {
    ...known,
    ...leavingSince(world),
    ...standing(world),
    observedGeneration: metadata.generation ?? 0,
    phase: moved.phase,
    components,
    phaseStartedAt: moved.phase === status.phase ? (status.phaseStartedAt ?? now) : now,
    history:
      moved.phase === status.phase
        ? status.history
        : [...status.history, finished(world, moved)].slice(-20),
    acknowledged: retry ? { ...status.acknowledged, [COMMAND.retry]: retry } : status.acknowledged,
    planHash: planHash(world),
    next: upcoming(world, moved),
  };
  const switched = moved.what === LEAVE ? undefined : switchedOf(world);
  if (switched) next.switched = switched;
  else delete next.switched;
  if (world.pulse) Object.assign(next, remembered(world.pulse));
  if (world.parity) next.parity = world.parity;
  if (world.baseline) next.baseline = world.baseline;
  return { ...next, conditions: conditions(world, next) };
};

/** Known only while somebody can be asked. */
const standing = ({ objectives }: World): Pick<Status, "objectives"> =>
  objectives ? { objectives } : {};

/** Remembered until everything is back, so that a way back that was cut short is taken up again. */
const switchedOf = ({ switching, migration, now }: World): Status["switched"] => {
  if (!switching) return migration.status.switched;
  if (switching.undone) return undefined;
  const { switched } = migration.status;
  const { reason } = switching.gate;
  return { step: reason, since: switched?.step === reason ? switched.since : now.toISOString() };
};

const finished = (
  { migration, now }: World,
  { phase, evidence }: Move,
): Status["history"][number] => {
  const startedAt = migration.status.phaseStartedAt ?? now.toISOString();
  return {
    name: phase,
    startedAt,
    seconds: Math.round(secondsSince(now, startedAt)),
    evidence: evidence.slice(0, 2000),
  };
};

/** What is going on and what it waits for, in words. */
const upcoming = (world: World, { what, hindrance }: Move): NonNullable<Status["next"]> => {
  const previous = world.migration.status.next;
  const reason = hindrance?.reason ?? "Settled";
  const message = hindrance?.message ?? "nothing to do";
  const same = previous?.what === what && previous.reason === reason;
  return { what, reason, message, since: same ? previous.since : world.now.toISOString() };
};
