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
import { agentConfigMap } from "../injection/agent.ts";
import { COMMAND } from "./goal.ts";
import { nextProfile, profilesOf } from "./profiles.ts";
import type { ComponentSpec, ComponentStatus, Profile, Stage, TrialVerdict } from "./schema.ts";
import { sealOf } from "./evidence.ts";
import { beginAttempt, trialOver } from "./trial.ts";
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

type Step = (view: View) => ComponentStatus;

const START_SECONDS = 60;
const ROLLOUT_SECONDS = 900;
const TELEMETRY_SECONDS = 120;

const seconds = ({ world, status }: View): number =>
  status.since ? (world.now.getTime() - Date.parse(status.since)) / 1000 : 0;

/** The same stage, with a sentence about what it waits for. */
const stay = ({ status }: View, reason: string, message: string): ComponentStatus => ({
  ...status,
  reason,
  message,
});

const enter = (
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

const rollOut = (
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

const takeBack = (view: View, reason: string, message: string): ComponentStatus => ({
  ...enter(view, "TakingBack", { reason, message }),
  hash: "",
  attempt: "",
});

const fresh = (view: View): ComponentStatus => ({
  name: view.spec.name,
  stage: "Waiting",
  reason: "Plain",
  message: "not instrumented",
  repair: 0,
  legacy: "on",
  attempts: view.status.attempts,
  verdicts: [],
});

const waiting: Step = (view) => {
  if (!view.want.agent) return stay(view, "Plain", "not instrumented");
  if (!view.mayMove) return stay(view, "Queued", "waits for the component before it");
  return {
    ...enter(view, "Preflight", { reason: "Started", message: "checking that a rollout is safe" }),
    templateHash: view.seen.templateHash,
  };
};

const preflight: Step = (view) => {
  const [first, ...others] = view.seen.refusals;
  if (first) {
    const more = others.length > 0 ? ` (and ${others.length} more)` : "";
    return stay(view, first.reason, first.message + more);
  }
  if (view.spec.trial.skip) return skipTrial(view);
  return beginTrial(view, undefined);
};

const skipTrial = (view: View): ComponentStatus => {
  const { budget } = view.world.migration.spec;
  const profile = nextProfile(view.spec, undefined, budget.cpuPercent).profile ?? "Lean";
  const verdict: TrialVerdict = {
    verdict: "NotMeasured",
    reason: "Skipped",
    message: "trial.skip is set: nothing is proven about the overhead",
    profile,
    pairs: 0,
  };
  return {
    ...rollOut(view, profile, { reason: "TrialSkipped", message: verdict.message }),
    verdict,
    verdicts: [verdict],
  };
};

const beginTrial = (view: View, after: Profile | undefined): ComponentStatus => {
  const choice = nextProfile(view.spec, after, view.world.migration.spec.budget.cpuPercent);
  const verdicts = [...view.status.verdicts, ...choice.ruledOut];
  if (!choice.profile)
    return { ...giveUp(view, "no profile of the agent stays within the budget"), verdicts };
  const attempts = view.status.attempts + 1;
  return {
    ...enter(view, "Trial", {
      reason: "TrialStarted",
      message: `measuring profile ${choice.profile}`,
    }),
    profile: choice.profile,
    attempts,
    attempt: beginAttempt(view.world.migration, {
      component: view.spec.name,
      profile: choice.profile,
      number: attempts,
    }),
    verdicts,
  };
};

const giveUp = (view: View, message: string): ComponentStatus => ({
  ...enter(view, view.spec.onFailure === "Skip" ? "Skipped" : "Held", {
    reason: "NotProven",
    message,
  }),
  attempt: "",
});

const trial: Step = (view) => {
  if (view.status.templateHash !== view.seen.templateHash) {
    return {
      ...fresh(view),
      reason: "TemplateChanged",
      message: "the workload changed during the trial; starting again",
    };
  }
  const verdict = trialOver(view.world, view.seen, view.status, seconds(view));
  if (!verdict) {
    const running = view.seen.trial?.verdict;
    return running
      ? { ...stay(view, running.reason, running.message), verdict: running }
      : stay(view, "TwinsStarting", twinsMessage(view));
  }
  return concludeTrial(view, { ...verdict, ...sealOf(view.world, view.seen) });
};

const twinsMessage = ({ seen }: View): string => {
  if (!seen.trial?.plain || !seen.trial.injected) return "creating a plain and an injected twin";
  return seen.trial.job ? "warming up the twins" : "waiting for both twins to be ready";
};

const MAX_ERRORS = 3;

/** What a final verdict leads to: the rollout, the next profile, another attempt, or nothing more. */
const concludeTrial = (view: View, verdict: TrialVerdict): ComponentStatus => {
  const view2 = {
    ...view,
    status: { ...view.status, attempt: "", verdict, verdicts: [...view.status.verdicts, verdict] },
  };
  const { verdicts } = view2.status;
  if (verdict.verdict === "Passed")
    return rollOut(view2, verdict.profile, { reason: "TrialPassed", message: verdict.message });
  if (verdict.verdict === "Error") {
    const errors = verdicts.filter((tried) => tried.verdict === "Error").length;
    if (errors < MAX_ERRORS) return beginTrial(view2, before(view2, verdict.profile));
    return giveUp(view2, `the trial could not be run ${errors} times: ${verdict.message}`);
  }
  if (
    view.world.migration.spec.budget.onInconclusive === "Hold" &&
    verdict.verdict === "Inconclusive"
  ) {
    return giveUp(view2, verdict.message);
  }
  return beginTrial(view2, verdict.profile);
};

/** The profile before the given one, so that beginTrial picks the same one again. */
const before = (view: View, profile: Profile): Profile | undefined => {
  const profiles = profilesOf(view.spec);
  return profiles[profiles.indexOf(profile) - 1];
};

/** Anything that must undo a rollout at once, in the order of gravity. */
const alarm = (view: View): { reason: string; message: string } | undefined => {
  const failing = view.seen.rollout?.failing[0];
  if (failing) return { reason: failing.reason, message: `pod ${failing.pod}: ${failing.message}` };
  const { pulse, migration } = view.world;
  const allowed = Math.max(
    view.status.failedBefore ?? 0,
    migration.spec.pulse?.expectFailures ?? 0,
  );
  if (pulse && pulse.failed > allowed) {
    return {
      reason: "RequestsFailed",
      message: `the pulse counted a failure during the rollout: ${pulse.lastFailure ?? "no detail"}`,
    };
  }
  return undefined;
};

const rollingOut: Step = (view) => {
  const { rollout } = view.seen;
  if (!rollout)
    return stay(
      view,
      "WorkloadMissing",
      `${view.spec.target.kind} ${view.spec.target.name} does not exist`,
    );
  const danger = alarm(view);
  if (danger) return takeBack(view, danger.reason, danger.message);
  if (seconds(view) > ROLLOUT_SECONDS) {
    return takeBack(
      view,
      "RolloutTimedOut",
      `not complete after ${ROLLOUT_SECONDS} s: ${rollout.updated} of ${rollout.total} pods updated`,
    );
  }
  if (!rollout.complete) {
    return stay(
      view,
      "RollingOut",
      `${rollout.updated} of ${rollout.total} pods updated, ${rollout.available} available`,
    );
  }
  const [skipped] = rollout.skipped;
  // The webhook looked and refused: rolling again would refuse again.
  if (skipped)
    return takeBack(view, skipped.reason, `pod ${skipped.pod} was left plain: ${skipped.reason}`);
  if (rollout.plainPods.length > 0) return repair(view, rollout.plainPods);
  return enter(view, "Soaking", {
    reason: "RolledOut",
    message: "waiting for telemetry of the new pods",
  });
};

/** Pods that slipped past the webhook are replaced by a surge roll: the annotation's counter changes, nothing else. */
const repair = (view: View, pods: string[]): ComponentStatus => {
  if (seconds(view) < START_SECONDS / 6)
    return stay(view, "WaitingForWebhook", `${pods.length} pods started plain; looking again`);
  return {
    ...enter(view, "RollingOut", {
      reason: "NotInjected",
      message: `${pods.length} pods started plain (${pods[0] ?? ""}): replacing them`,
    }),
    repair: view.status.repair + 1,
  };
};

const soaking: Step = (view) => {
  const danger = alarm(view);
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
  const failing = view.seen.rollout?.failing[0];
  if (failing) return takeBack(view, failing.reason, `pod ${failing.pod}: ${failing.message}`);
  if (view.mayMove && view.status.legacy !== view.want.legacy && view.status.profile) {
    return rollOut(view, view.status.profile, {
      reason: "LegacySwitch",
      message: `restarting with the legacy emitter ${view.want.legacy}`,
    });
  }
  const plain = view.seen.rollout?.complete ? view.seen.rollout.plainPods : [];
  if (plain.length > 0)
    return repair({ ...view, status: { ...view.status, since: new Date(0).toISOString() } }, plain);
  return stale(view);
};

/** A user's release keeps the agent, but its verdict belongs to the template that was measured. */
const stale = (view: View): ComponentStatus => {
  if (view.status.templateHash === view.seen.templateHash)
    return stay(view, "Proven", view.status.verdict?.message ?? "");
  return stay(view, "Stale", "the workload was released since its verdict; the verdict is stale");
};

const takingBack: Step = (view) => {
  const { rollout } = view.seen;
  if (rollout && (!rollout.complete || rollout.injectedPods.length > 0)) {
    return stay(view, view.status.reason, view.status.message || "removing the agent");
  }
  if (!view.want.agent) return fresh(view);
  return enter(view, "TakenBack", { reason: view.status.reason, message: view.status.message });
};

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
  const { stage } = view.status;
  if (view.want.agent || stage === "TakingBack" || stage === "Waiting") return steps[stage](view);
  if (CARRIES_AGENT.includes(stage)) return takeBack(view, "Retreat", "target was lowered");
  return fresh(view);
};
