/** What must undo a rollout at once, in the order of gravity. Pure. */
import type { Failure } from "../rollout/failing.ts";
import { sentence } from "../rollout/guard.ts";
import type { Stage } from "./schema.ts";
import type { View } from "./view.ts";

export interface Alarm {
  reason: string;
  message: string;
}

type Subject = Pick<View, "world" | "seen" | "status">;
type Sign = (subject: Subject) => Alarm | undefined;

const told = ({ pod, reason, message }: Failure): Alarm => ({
  reason,
  message: `pod ${pod}: ${message}`,
});

const podFails: Sign = ({ seen }) => seen.rollout?.failing.map(told)[0];

/** Once it is in service the agent answers only for what it can have done. */
export const agentFails: Sign = ({ seen }) =>
  seen.rollout?.failing.filter(({ theirs }) => !theirs).map(told)[0];

const requestsFail: Sign = ({ world: { pulse, migration }, status }) => {
  const allowed = Math.max(status.failedBefore ?? 0, migration.spec.pulse?.expectFailures ?? 0);
  return pulse && pulse.failed > allowed
    ? {
        reason: "RequestsFailed",
        message: `the pulse counted a failure during the rollout: ${pulse.lastFailure ?? "no detail"}`,
      }
    : undefined;
};

const regresses: Sign = ({ seen }) => {
  const worse = seen.guard.find(({ regressed }) => regressed);
  return worse && { reason: "Regression", message: sentence(worse) };
};

const rollingSigns: readonly Sign[] = [podFails, requestsFail, regresses];

/** After the rollout there is nothing left to compare with but the pods themselves. A rollout that stands at its first step has not ended. */
const signs: Partial<Record<Stage, readonly Sign[]>> = {
  RollingOut: rollingSigns,
  Soaking: rollingSigns,
  Instrumented: [agentFails],
};

export const alarmOf = (subject: Subject): Alarm | undefined => {
  const { stage, firstOnly } = subject.status;
  for (const sign of (firstOnly ? rollingSigns : signs[stage]) ?? []) {
    const alarm = sign(subject);
    if (alarm) return alarm;
  }
  return undefined;
};
