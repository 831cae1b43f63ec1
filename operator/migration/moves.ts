/** The moves a component can make: each takes a view of it and gives its next status. Pure. */
import { agentConfigMap } from "../injection/agent.ts";
import type { ComponentSpec, ComponentStatus, Profile, Stage } from "./schema.ts";
import { secondsSince } from "./time.ts";
import type { ComponentWorld, World } from "./types.ts";

export interface View {
  world: World;
  seen: ComponentWorld;
  spec: ComponentSpec;
  status: ComponentStatus;
  /** What the goal asks of this component. */
  want: { agent: boolean; legacy: ComponentStatus["legacy"] };
  /** Only one component moves at a time. */
  mayMove: boolean;
}

export const seconds = ({ world, status }: View): number => secondsSince(world.now, status.since);

/** The same stage, with a sentence about what it waits for. */
export const stay = ({ status }: View, reason: string, message: string): ComponentStatus => ({
  ...status,
  reason,
  message,
});

export const enter = (
  view: View,
  stage: Stage,
  why: { reason: string; message: string },
): ComponentStatus => ({
  ...view.status,
  ...why,
  stage,
  since: view.world.now.toISOString(),
});

/** Configuration hash that the pods shall carry for a profile and the wanted legacy switch. */
const hashFor = ({ world, spec, want }: View, profile: Profile): string =>
  agentConfigMap(world.migration, spec, {
    profile,
    legacyOff: want.legacy === "off",
    agentSource: world.sources.agent,
  }).hash;

export const rollOut = (
  view: View,
  profile: Profile,
  why: { reason: string; message: string },
): ComponentStatus => ({
  ...enter(view, "RollingOut", why),
  profile,
  hash: hashFor(view, profile),
  repair: 0,
  legacy: view.want.legacy,
  failedBefore: view.world.pulse?.failed ?? 0,
  originalReplicaSet: view.status.originalReplicaSet ?? view.seen.rollout?.currentReplicaSet ?? "",
});

export const takeBack = (view: View, reason: string, message: string): ComponentStatus => ({
  ...enter(view, "TakingBack", { reason, message }),
  hash: "",
  attempt: "",
});

export const fresh = (view: View): ComponentStatus => ({
  name: view.spec.name,
  stage: "Waiting",
  reason: "Plain",
  message: "not instrumented",
  repair: 0,
  legacy: "on",
  attempts: view.status.attempts,
  verdicts: [],
});
