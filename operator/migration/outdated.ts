/** Does what a component carries, and the verdict about it, still belong to what is there now? Pure. */
import { agentConfigMap } from "../injection/agent.ts";
import type { ComponentStatus } from "./schema.ts";
import type { ComponentWorld, World } from "./types.ts";

interface Subject {
  world: World;
  seen: ComponentWorld;
  status: ComponentStatus;
}

/** Another agent, or another configuration of it, than the pods carry: an upgrade of the operator, or an edit of the spec. */
export const isDrifted = ({ world, seen, status }: Subject): boolean => {
  const { hash, profile, legacy } = status;
  if (!hash || !profile) return false;
  const delivery = { profile, legacyOff: legacy === "off", agentSource: world.sources.agent };
  return agentConfigMap(world.migration, seen.spec, delivery).hash !== hash;
};

const isReleased = ({ seen, status }: Subject): boolean =>
  status.templateHash !== seen.templateHash;

export const isOutdated = (subject: Subject): boolean => isReleased(subject) || isDrifted(subject);

/** Whether something is done about it. */
export const isRenewed = (subject: Subject): boolean =>
  subject.status.stage === "Instrumented" &&
  subject.world.migration.spec.revalidate === "OnRelease" &&
  isOutdated(subject);
