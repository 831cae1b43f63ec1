/**
 * One component's way through the Instrument step, and back. Pure.
 *
 *   Waiting -> Preflight -> Trial -> RollingOut -> Soaking -> Instrumented
 *                 ^           |          |            |            |
 *                 |           v          v            v            |  retreat, or a safety event
 *                 +--retry-- Held     TakingBack <----+------------+
 *                                        |
 *                     Waiting <----------+---------> TakenBack (stays until spec, image or `retry` changes)
 */
import { alarmOf } from "./alarm.ts";
import { COMMAND } from "./goal.ts";
import { letGo, resumePairs } from "./firststep.ts";
import { beginTrial, repeatTrial, skipTrial, trial } from "./measuring.ts";
import { isDrifted, isOutdated, profileNow } from "./outdated.ts";
import { enter, failedSoFar, fresh, rollOut, stay, takeBack } from "./moves.ts";
import { firstPartition, isPartial, isThrough, overdue } from "./pace.ts";
import { isTried } from "./trial.ts";
import type { RolloutState } from "../rollout/state.ts";
import type { ComponentStatus, Stage } from "./schema.ts";
import { seconds, type View } from "./view.ts";

type Step = (view: View) => ComponentStatus;

const TELEMETRY_SECONDS = 120;

const waiting: Step = (view) => {
  if (!view.want.agent) return stay(view, "Plain", "not instrumented");
  const leaver = leaverOf(view);
  if (leaver) return stay(view, "Queued", `waits until ${leaver} has left the workload`);
  return {
    ...enter(view, "Preflight", { reason: "Started", message: "checking that a rollout is safe" }),
    target: view.spec.target,
    templateHash: view.seen.templateHash,
  };
};

/** Another name, or a former one, under which the workload is still known. */
const leaverOf = ({ world, spec: { target } }: View): string | undefined =>
  world.components.find(
    ({ leaves, spec }) =>
      leaves && spec.target.kind === target.kind && spec.target.name === target.name,
  )?.spec.name;

/** Whom a trial would call stands in the status before the trial begins, and while it is refused. */
const preflight: Step = ({ status, ...rest }) => {
  const { outgoing } = rest.seen;
  return examined({ ...rest, status: { ...status, ...(outgoing ? { outgoing } : {}) } });
};

const examined: Step = (view) => {
  const [first, ...others] = view.seen.refusals;
  if (first) {
    const more = others.length > 0 ? ` (and ${others.length} more)` : "";
    return stay(view, first.reason, first.message + more);
  }
  if (!isTried(view.spec)) return skipTrial(view);
  return beginTrial(view, undefined);
};

const rollingOut: Step = (view) => {
  const { rollout } = view.seen;
  if (!rollout)
    return stay(
      view,
      "WorkloadMissing",
      `${view.spec.target.kind} ${view.spec.target.name} does not exist`,
    );
  const danger = alarmOf(view);
  if (danger) return takeBack(view, danger.reason, danger.message);
  // Asked of nobody yet, and overtaken: the agent that was to be rolled out is not made any more.
  if (!rollout.asked && isDrifted(view)) return fresh(view);
  if (!isThrough(view, rollout)) return underWay(view, rollout);
  const [skipped] = rollout.skipped;
  // The webhook looked and refused: rolling again would refuse again.
  if (skipped)
    return takeBack(view, skipped.reason, `pod ${skipped.pod} was left plain: ${skipped.message}`);
  if (rollout.plainPods.length > 0) return repair(view, rollout.plainPods);
  if (view.status.firstOnly) return resumePairs(view);
  if (isPartial(view)) return { ...enter(view, "RollingOut", renewAll), partition: 0 };
  return enter(view, "Soaking", {
    reason: "RolledOut",
    message: "waiting for telemetry of the new pods",
  });
};

const underWay = (view: View, rollout: RolloutState): ComponentStatus => {
  const late = overdue(view);
  if (late !== undefined)
    return takeBack(view, "RolloutTimedOut", `not complete after ${late} s: ${standing(rollout)}`);
  return view.spec.target.kind === "CronJob"
    ? stay(view, "WaitingForRun", "waiting for the next run to end with exit code 0")
    : stay(view, "RollingOut", standing(rollout));
};

const standing = ({ updated, total, available, refused }: RolloutState): string =>
  `${updated} of ${total} pods updated, ${available} available${refused ? `: ${refused}` : ""}`;

/** Entered anew: the first pod may have been all there was to do for as long as somebody held the migration. */
const renewAll = {
  reason: "RollingOut",
  message: "the first pod has soaked; renewing the others",
};

/**
 * Pods that slipped past the webhook are replaced by a surge roll: the annotation's counter changes, nothing else.
 * Not before the webhook answers again, or the new pods would start plain like the old ones.
 */
const repair = (view: View, pods: string[]): ComponentStatus => {
  const { webhook } = view.seen;
  if (webhook) return stay(view, webhook.reason, webhook.message);
  const message = `${pods.length} pods started plain (${pods[0] ?? ""}): replacing them`;
  const next = enter(view, "RollingOut", { reason: "NotInjected", message });
  return {
    ...next,
    repair: view.status.repair + 1,
    partition: firstPartition(view),
    failedBefore: failedSoFar(view),
  };
};

const soaking: Step = (view) => {
  const danger = alarmOf(view);
  if (danger) return takeBack(view, danger.reason, danger.message);
  if (view.seen.rollout && !view.seen.rollout.complete)
    return { ...view.status, stage: "RollingOut" };
  if (view.seen.telemetrySeen)
    return enter(view, "Instrumented", {
      reason: "Proven",
      message: "telemetry of the new pods has arrived",
    });
  if (seconds(view) < TELEMETRY_SECONDS)
    return stay(view, "WaitingForTelemetry", "no telemetry of the new pods yet");
  return takeBack(view, "NoTelemetry", `no telemetry of the new pods after ${TELEMETRY_SECONDS} s`);
};

const instrumented: Step = (view) => {
  const danger = alarmOf(view);
  if (danger) return takeBack(view, danger.reason, danger.message);
  if (view.mayMove && view.status.legacy !== view.want.legacy) return switchLegacy(view);
  const plain = view.seen.rollout?.complete ? view.seen.rollout.plainPods : [];
  if (plain.length > 0) return repair(view, plain);
  return isOutdated(view)
    ? renewed(view)
    : stay(view, "Proven", view.status.verdict?.message ?? "");
};

/** A component that names nothing to switch carries the same configuration either way, and no pod has to change. */
const switchLegacy = (view: View): ComponentStatus => {
  const { legacy } = view.want;
  const { profile = "Lean" } = view.status;
  const message = `restarting with the legacy emitter ${legacy}`;
  const next = rollOut(view, profile, { reason: "LegacySwitch", message });
  return next.hash === view.status.hash ? { ...view.status, legacy } : next;
};

/** A release of the user's keeps the agent, but the verdict belongs to what was measured; so does it when the agent is a new one. */
const renewed = (view: View): ComponentStatus => {
  const { rollout, templateHash } = view.seen;
  const profile = profileNow(view) ?? "Lean";
  const stale = stay(view, "Stale", "the workload or the agent has changed since the verdict");
  if (!view.mayMove || !rollout?.complete) return stale;
  if (isTried(view.spec)) return repeatTrial(view);
  const why = { reason: "AgentChanged", message: "renewing the pods with the present agent" };
  const adopted = { ...view, status: { ...view.status, templateHash } };
  return isDrifted(view) ? rollOut(adopted, profile, why) : adopted.status;
};

const takingBack: Step = (view) => {
  const { rollout } = view.seen;
  // A template that still asks for it: the status was written, and the workload not yet.
  if (rollout && (rollout.asked || !rollout.complete || rollout.injectedPods.length > 0)) {
    return stay(view, view.status.reason, view.status.message || "removing the agent");
  }
  if (!view.want.agent || isNoFault(view.status)) return fresh(view);
  const end = view.spec.onFailure === "Skip" ? "Skipped" : "TakenBack";
  return enter(view, end, { reason: view.status.reason, message: view.status.message });
};

/** It went because somebody wanted it so, and wants it back since. */
const isNoFault = ({ reason }: ComponentStatus): boolean =>
  reason === "Retreat" || reason === "Unlisted";

/** Stays until the spec, the image or a `retry` changes. */
const sticky: Step = (view) => {
  const { migration } = view.world;
  const token = migration.metadata.annotations?.[COMMAND.retry] ?? "";
  const retried = token !== "" && token !== migration.status.acknowledged[COMMAND.retry];
  const respecified = migration.metadata.generation !== migration.status.observedGeneration;
  const released = view.status.templateHash !== view.seen.templateHash;
  return retried || respecified || released ? fresh(view) : view.status;
};

const steps: Record<Stage, Step> = {
  Waiting: waiting,
  Preflight: preflight,
  Trial: trial,
  RollingOut: rollingOut,
  Soaking: soaking,
  Instrumented: instrumented,
  TakingBack: takingBack,
  TakenBack: sticky,
  Held: sticky,
  Skipped: sticky,
};

/** Stages in which the user's pods carry, or may carry, our agent. */
const CARRIES_AGENT: readonly Stage[] = ["RollingOut", "Soaking", "Instrumented"];

/** The component's next status; the same object's content when nothing changes. */
export const step = (view: View): ComponentStatus => {
  const { stage, hash } = view.status;
  if (view.want.agent || stage === "TakingBack" || stage === "Waiting")
    return unlessHeld(view, guarded(view, endOfFirstStep(view) ?? steps[stage](view)));
  if (!hash && !CARRIES_AGENT.includes(stage) && !isForgottenTooSoon(view)) return fresh(view);
  return view.seen.leaves
    ? takeBack(view, "Unlisted", "the resource does not name this workload any more")
    : takeBack(view, "Retreat", "target was lowered");
};

/** Of what leaves nothing is remembered: its workload must be plain before. */
const isForgottenTooSoon = ({ seen }: View): boolean =>
  seen.leaves && seen.rollout?.asked !== undefined;

/** What ends a rollout that stands at its first step, in whatever stage. */
const endOfFirstStep = (view: View): ComponentStatus | undefined => {
  if (!view.status.firstOnly) return undefined;
  const danger = alarmOf(view);
  if (danger) return takeBack(view, danger.reason, danger.message);
  return view.status.templateHash === view.seen.templateHash ? undefined : letGo(view);
};

/** Once compared, a rollout was guarded. */
const guarded = ({ seen }: View, next: ComponentStatus): ComponentStatus =>
  seen.guard.length > 0 && next.guard ? { ...next, guard: "Guarded" } : next;

const unlessHeld = (view: View, next: ComponentStatus): ComponentStatus => {
  const { halt, mayMove, status } = view;
  if (halt && (begins(status, next) || replaces(status, next)))
    return stay(view, halt.reason, halt.message);
  if (mayMove || !begins(status, next)) return next;
  return stay(view, "Queued", "waits for the component before it");
};

/** Something new is done that goes forward: a preflight, a trial, the agent in pods. */
const begins = (before: ComponentStatus, after: ComponentStatus): boolean =>
  (after.stage === "Preflight" && before.stage !== "Preflight") ||
  (Boolean(after.attempt) && after.attempt !== before.attempt) ||
  (Boolean(after.hash) && after.hash !== before.hash);

/** More pods are replaced in a rollout that has begun. */
const replaces = (before: ComponentStatus, after: ComponentStatus): boolean =>
  after.repair > before.repair || (after.partition ?? 0) < (before.partition ?? 0);
