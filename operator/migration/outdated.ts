/** Does what a component carries, and the verdict about it, still belong to what is there now? Pure. */
import { agentConfigMap } from "../injection/agent.ts";
import { effectiveTarget, rank } from "./goal.ts";
import type { ComponentStatus, Profile } from "./schema.ts";
import type { ComponentWorld, World } from "./types.ts";

interface Subject {
  world: World;
  seen: ComponentWorld;
  status: ComponentStatus;
}

/** Another agent, or another configuration of it, than the pods carry: an upgrade of the operator, or an edit of the spec. */
export const isDrifted = ({ world, seen, status }: Subject): boolean => {
  const { hash, legacy } = status;
  const profile = profileNow({ seen, status });
  const { agent: agentSource } = world.sources;
  // Whoever looks without the agent at hand cannot tell.
  if (!hash || !profile || agentSource === "") return false;
  const delivery = { profile, legacyOff: legacy === "off", agentSource };
  return agentConfigMap(world.migration, seen.spec, delivery).hash !== hash;
};

/** The one that is named, or, where none is, the one that the pods carry. */
export const profileNow = ({
  seen: { spec },
  status,
}: Pick<Subject, "seen" | "status">): Profile | undefined =>
  status.profile && spec.profile !== "Auto" ? spec.profile : status.profile;

const isReleased = ({ seen, status }: Subject): boolean =>
  status.templateHash !== seen.templateHash;

export const isOutdated = (subject: Subject): boolean => isReleased(subject) || isDrifted(subject);

/** Whether something is done about it: not for what is about to be given up. */
export const isRenewed = (subject: Subject): boolean => {
  const { migration } = subject.world;
  return (
    subject.status.stage === "Instrumented" &&
    migration.spec.revalidate === "OnRelease" &&
    rank(effectiveTarget(migration)) >= rank(migration.status.phase) &&
    isOutdated(subject)
  );
};
