/** The moves a component can make: each takes a view of it and gives its next status. Pure. */
import { agentConfigMap } from "../injection/agent.ts";
import type { ComponentStatus, Profile, Stage } from "./schema.ts";
import { firstPartition } from "./pace.ts";
import { keptIn } from "./takeback.ts";
import type { View } from "./view.ts";

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

/** Of the pulse; when it cannot be read now, as it was last. */
export const failedSoFar = ({ world: { pulse, migration } }: View): number =>
  pulse?.failed ?? migration.status.downtime?.failed ?? 0;

export const rollOut = (
  view: View,
  profile: Profile,
  why: { reason: string; message: string },
): ComponentStatus => ({
  ...withoutAttempt(enter(view, "RollingOut", why)),
  profile,
  hash: hashFor(view, profile),
  repair: 0,
  legacy: view.want.legacy,
  partition: firstPartition(view),
  failedBefore: failedSoFar(view),
  ...(view.spec.target.kind === "CronJob" ? {} : { guard: "NotGuarded" as const }),
  originalReplicaSet: view.status.originalReplicaSet ?? view.seen.rollout?.currentReplicaSet ?? "",
});

export const takeBack = (view: View, reason: string, message: string): ComponentStatus => ({
  ...withoutAttempt(enter(view, "TakingBack", { reason, message })),
  ...keeping(view),
  hash: "",
  attempt: "",
});

/** Its node, its fresh pairs of twins and a first step that waits for them go with the attempt that has ended. */
export const withoutAttempt = ({
  node: _node,
  pair: _pair,
  pairSince: _since,
  firstOnly: _first,
  ...status
}: ComponentStatus): ComponentStatus => status;

const keeping = ({ world, seen }: View): Pick<ComponentStatus, "kept"> => {
  const kept = keptIn(world, seen);
  return kept === undefined ? {} : { kept };
};

/** Of a component that nothing was done to. */
export const plain = (name: string): ComponentStatus => ({
  name,
  stage: "Waiting",
  reason: "Plain",
  message: "not instrumented",
  repair: 0,
  legacy: "on",
  attempts: 0,
  verdicts: [],
});

export const fresh = ({ spec, status: { attempts } }: View): ComponentStatus => ({
  ...plain(spec.name),
  attempts,
});
