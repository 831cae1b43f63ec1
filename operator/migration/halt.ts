/**
 * What keeps a migration from going forward although it could: a person's word, one that is still to come, a window of the spec,
 * or users who have enough trouble already. Never the way back. Pure.
 */
import { COMMAND, goalOf } from "./goal.ts";
import { planHash } from "./planhash.ts";
import type { Hindrance, World } from "./types.ts";

type Subject = Pick<World, "migration" | "now" | "objectives" | "components">;

export const haltOf = (subject: Subject): Hindrance | undefined =>
  paused(subject) ?? frozen(subject) ?? burning(subject) ?? unapproved(subject);

/** Nothing of a step is begun before it is approved; what another one has reached stays. */
export const unapproved = ({
  migration,
  components,
}: Pick<Subject, "migration" | "components">): Hindrance | undefined => {
  const { spec, metadata, status } = migration;
  const goal = goalOf(migration);
  if (spec.approval === "Automatic" || goal === status.phase) return undefined;
  const hash = planHash({ migration, components });
  if ([goal, hash].includes(metadata.annotations?.[COMMAND.approve] ?? "")) return undefined;
  return {
    reason: "WaitingForApproval",
    message: `annotate ${COMMAND.approve}=${hash} for the step to ${goal} as it would be taken now, or =${goal} whatever changes until then`,
  };
};

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
