/** What keeps a migration from going forward although it could: a person's word, or a window of the spec. Never the way back. Pure. */
import { COMMAND } from "./goal.ts";
import type { World } from "./types.ts";

export interface Halt {
  reason: string;
  message: string;
}

type Subject = Pick<World, "migration" | "now">;

export const haltOf = (subject: Subject): Halt | undefined => paused(subject) ?? frozen(subject);

const paused = ({ migration }: Subject): Halt | undefined =>
  migration.metadata.annotations?.[COMMAND.paused] === "true"
    ? {
        reason: "MigrationPaused",
        message: `the annotation ${COMMAND.paused} holds it; remove it to go on`,
      }
    : undefined;

const frozen = ({ migration, now }: Subject): Halt | undefined => {
  const window = migration.spec.freeze.find(
    ({ from, until }) => Date.parse(from) <= now.getTime() && now.getTime() < Date.parse(until),
  );
  return window && { reason: "Frozen", message: `nothing goes forward before ${window.until}` };
};
