/**
 * How the operator takes its leave: of a resource that is deleted, or that says `leave` because the operator goes. Everything
 * is restored first, or with `revertOnDeletion: false` what is proven stays; but no leave takes for ever. Pure.
 */
import { isLeaving, rank, staysOnDeletion } from "./goal.ts";
import { plain } from "./moves.ts";
import { componentIn } from "./named.ts";
import { rolloutSeconds } from "./pace.ts";
import type { ComponentStatus, Stage, Status } from "./schema.ts";
import { secondsSince } from "./time.ts";
import type { ComponentWorld, Hindrance, Migration, World } from "./types.ts";
import type { View } from "./view.ts";

/** What is proven stays as it is; what is under way goes back. */
export const asItStands = ({ stage, legacy }: ComponentStatus): View["want"] =>
  stage === "Instrumented" ? { agent: true, legacy } : { agent: false, legacy: "on" };

const RESTORED: readonly Stage[] = ["Waiting"];
const RESTORED_OR_PROVEN: readonly Stage[] = ["Waiting", "Instrumented"];

/** Nothing of ours needs the resource any more: it may go, or stay without an operator. */
export const isLeft = (migration: Migration): boolean => {
  const { phase, components, switched } = migration.status;
  if (!isLeaving(migration)) return false;
  const stays = staysOnDeletion(migration);
  const settled = stays ? !switched || rank(phase) >= rank("Switched") : phase === "Legacy";
  const ends = stays ? RESTORED_OR_PROVEN : RESTORED;
  return settled && components.every(({ stage }) => ends.includes(stage));
};

/** The way back has at most two rollouts: the old emitters come on again, the agent goes. */
const ROLLOUTS = 2;

/** How long it may take; the next run of a CronJob is not waited for. */
const leaveSeconds = ({ components }: World): number =>
  ROLLOUTS * Math.max(...components.map((seen) => rolloutSeconds(seen)));

/** What is still not as it was. */
const leftovers = (world: World): string[] => [
  ...world.components.flatMap((seen) => carrying(world, seen)),
  ...(world.switching && !staysOnDeletion(world.migration) && !world.switching.undone
    ? [`rules and dashboards: ${world.switching.gate.message}`]
    : []),
];

const carrying = ({ migration }: World, { spec, rollout }: ComponentWorld): string[] => {
  const { stage } = componentIn(migration.status, spec.name) ?? {};
  if (!rollout || (staysOnDeletion(migration) && stage === "Instrumented")) return [];
  const { asked, injectedPods, complete } = rollout;
  if (asked) return [`${spec.name} still asks for the agent`];
  if (injectedPods.length > 0) return [`${spec.name}: ${injectedPods.join(", ")} carry the agent`];
  return complete ? [] : [`${spec.name}: its rollout is not complete`];
};

/**
 * What could not be restored in time is told, and let go: the annotation is gone from every workload and the agents that pods
 * still name stay, so the pods go on as they are.
 */
export const notRestored = (world: World): Hindrance | undefined => {
  const { migration, now } = world;
  const { leavingSince } = migration.status;
  if (!isLeaving(migration)) return undefined;
  const late = leaveSeconds(world);
  if (secondsSince(now, leavingSince) <= late) return undefined;
  const left = leftovers(world);
  if (left.length === 0) return undefined;
  const message = `let go after ${late} s with this not restored: ${left.join("; ")}`;
  return { reason: "NotRestored", message };
};

/** Nothing more is asked of any workload. */
export const letGo = ({ migration }: World): ComponentStatus[] =>
  migration.status.components.map((component) =>
    staysOnDeletion(migration) && component.stage === "Instrumented"
      ? component
      : plain(component.name),
  );

/** Since when the operator has known that it shall leave: by its own clock, and through restarts. */
export const leavingSince = ({ migration, now }: World): Pick<Status, "leavingSince"> =>
  isLeaving(migration) ? { leavingSince: migration.status.leavingSince ?? now.toISOString() } : {};
