/** Where a migration wants to be: target and commands folded into one phase. */
import type { Manifest } from "../cluster/cluster.ts";
import { PHASES, type ComponentStatus, type Phase } from "./schema.ts";
import type { Migration } from "./types.ts";

export const COMMAND = {
  hold: "flashcard-otel.dev/hold",
  paused: "flashcard-otel.dev/paused",
  approve: "flashcard-otel.dev/approve",
  retry: "flashcard-otel.dev/retry",
  leave: "flashcard-otel.dev/leave",
} as const;

export const rank = (phase: Phase): number => PHASES.indexOf(phase);

const isPhase = (word: string | undefined): word is Phase => PHASES.some((phase) => phase === word);

/** The operator goes: the chart is being uninstalled. The resource stays, for the next installation. */
export const saysLeave = ({ metadata }: Pick<Manifest, "metadata">): boolean =>
  metadata.annotations?.[COMMAND.leave] === "true";

/** Everything is to be as it was before the operator, since nobody will look after it any more. */
export const isLeaving = (migration: Migration): boolean =>
  migration.metadata.deletionTimestamp !== undefined || saysLeave(migration);

/** Only where the operator stays: without it, nobody would put the agent into new pods. */
export const staysOnDeletion = (migration: Migration): boolean =>
  isLeaving(migration) && !migration.spec.revertOnDeletion && !saysLeave(migration);

/** The lower of `spec.target` and the hold annotation; Legacy on leaving, unless what is proven shall stay. */
export const effectiveTarget = (migration: Migration): Phase => {
  const { metadata, spec, status } = migration;
  if (isLeaving(migration)) return staysOnDeletion(migration) ? status.phase : "Legacy";
  const hold = metadata.annotations?.[COMMAND.hold];
  if (!isPhase(hold)) return spec.target;
  return rank(hold) < rank(spec.target) ? hold : spec.target;
};

export const above = (phase: Phase): Phase => PHASES[rank(phase) + 1] ?? phase;
export const below = (phase: Phase): Phase => PHASES[rank(phase) - 1] ?? phase;

/** The phase that is being worked for: one above while the target is higher, else the one that is held. */
export const goalOf = (migration: Migration): Phase => {
  const { phase } = migration.status;
  return rank(effectiveTarget(migration)) > rank(phase) ? above(phase) : phase;
};

/** What every component shall look like when the goal is reached. */
export const wanted = (goal: Phase): { agent: boolean; legacy: ComponentStatus["legacy"] } => ({
  agent: rank(goal) >= rank("Instrumented"),
  legacy: goal === "Retired" ? "off" : "on",
});
