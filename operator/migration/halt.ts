/**
 * What keeps a migration from going forward although it could: a person's word, a window of the spec, or users who have enough
 * trouble already. Never the way back. Pure.
 */
import { COMMAND } from "./goal.ts";
import type { Hindrance, World } from "./types.ts";

type Subject = Pick<World, "migration" | "now" | "objectives">;

export const haltOf = (subject: Subject): Hindrance | undefined =>
  paused(subject) ?? frozen(subject) ?? burning(subject);

const paused = ({ migration }: Subject): Hindrance | undefined =>
  migration.metadata.annotations?.[COMMAND.paused] === "true"
    ? {
        reason: "MigrationPaused",
        message: `the annotation ${COMMAND.paused} holds it; remove it to go on`,
      }
    : undefined;

const frozen = ({ migration, now }: Subject): Hindrance | undefined => {
  const window = migration.spec.freeze.find(
    ({ from, until }) => Date.parse(from) <= now.getTime() && now.getTime() < Date.parse(until),
  );
  return window && { reason: "Frozen", message: `nothing goes forward before ${window.until}` };
};

const burning = ({ objectives = [] }: Subject): Hindrance | undefined => {
  const names = objectives.filter(({ state }) => state === "Burning").map(({ name }) => name);
  return names.length === 0
    ? undefined
    : {
        reason: "ObjectiveBurning",
        message: `the error budget of ${names.join(", ")} is burning fast; nothing goes forward until it is over`,
      };
};
