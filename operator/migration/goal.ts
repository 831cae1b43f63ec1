/** Where a migration wants to be: target and commands folded into one phase. */
import { PHASES, type ComponentStatus, type Phase } from "./schema.ts";
import type { Migration } from "./types.ts";

export const COMMAND = {
  hold: "flashcard-otel.dev/hold",
  paused: "flashcard-otel.dev/paused",
  approve: "flashcard-otel.dev/approve",
  retry: "flashcard-otel.dev/retry",
} as const;

export const rank = (phase: Phase): number => PHASES.indexOf(phase);

const isPhase = (word: string | undefined): word is Phase => PHASES.some((phase) => phase === word);

/** The lower of `spec.target` and the hold annotation; Legacy while the resource is being deleted. */
export const effectiveTarget = ({ metadata, spec }: Migration): Phase => {
  if (metadata.deletionTimestamp) return "Legacy";
  const hold = metadata.annotations?.[COMMAND.hold];
  if (!isPhase(hold)) return spec.target;
  return rank(hold) < rank(spec.target) ? hold : spec.target;
};

const at = (index: number): Phase =>
  PHASES[Math.min(Math.max(index, 0), PHASES.length - 1)] ?? "Legacy";

export const above = (phase: Phase): Phase => at(rank(phase) + 1);
export const below = (phase: Phase): Phase => at(rank(phase) - 1);

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
