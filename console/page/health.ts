/** How a migration is doing, in one word. Pure. */
import type { Migration } from "../facts.ts";
import { PHASES, rank, type Tone } from "./words.ts";

export interface Health {
  tone: Tone;
  text: string;
}

const conditionOf = ({ status }: Migration, type: string) =>
  status.conditions.find((condition) => condition.type === type);

export const isPaused = ({ annotations }: Migration): boolean =>
  annotations["flashcard-otel.dev/paused"] === "true";

/** The lower of spec.target and the hold annotation. */
export const targetOf = ({ annotations, spec }: Migration) => {
  const hold = PHASES.find((phase) => phase === annotations["flashcard-otel.dev/hold"]);
  const target = spec?.target ?? "Legacy";
  return hold && rank(hold) < rank(target) ? hold : target;
};

export const healthOf = (migration: Migration): Health => {
  if (migration.invalid) return { tone: "bad", text: "Invalid" };
  if (migration.deleting) return { tone: "warn", text: "Leaving" };
  if (conditionOf(migration, "Stalled")?.status === "True") return { tone: "bad", text: "Stalled" };
  if (conditionOf(migration, "Ready")?.status === "True")
    return { tone: "good", text: "At target" };
  if (isPaused(migration)) return { tone: "warn", text: "Paused" };
  if (migration.status.next?.reason === "WaitingForApproval")
    return { tone: "warn", text: "Waits for approval" };
  return rank(targetOf(migration)) < rank(migration.status.phase)
    ? { tone: "warn", text: "Going back" }
    : { tone: "busy", text: "Moving" };
};
