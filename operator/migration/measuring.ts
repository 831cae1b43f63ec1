/** The Trial stage of a component: from profile to profile until one is proven, or none is left. Pure. */
import { agentFails } from "./alarm.ts";
import { sealOf } from "./evidence.ts";
import { isStillOpen, mayTakeFirstStep, takeFirstStep } from "./firststep.ts";
import { enter, fresh, rollOut, stay, takeBack, withoutAttempt } from "./moves.ts";
import { nextProfile, profilesOf } from "./profiles.ts";
import type { ComponentStatus, Profile, TrialVerdict } from "./schema.ts";
import { seconds, type View } from "./view.ts";
import { isWholeOnly, withPair } from "./pairs.ts";
import { secondsSince } from "./time.ts";
import { beginAttempt, trialOver } from "./trial.ts";

export const skipTrial = (view: View): ComponentStatus => {
  const profile = view.spec.profile === "Auto" ? "Lean" : view.spec.profile;
  const verdict: TrialVerdict = {
    verdict: "NotMeasured",
    ...whyNot(view),
    profile,
    pairs: 0,
  };
  return {
    ...rollOut(view, profile, { reason: "TrialSkipped", message: verdict.message }),
    verdict,
    verdicts: [verdict],
  };
};

const whyNot = ({ spec }: View): { reason: string; message: string } =>
  spec.trial.skip
    ? { reason: "Skipped", message: "trial.skip is set: nothing is proven about the overhead" }
    : {
        reason: "AcceptedUnmeasured",
        message: "trial.acceptUnmeasured is set: no two runs of a CronJob can be compared",
      };

export const beginTrial = (view: View, after: Profile | undefined): ComponentStatus => {
  const choice = nextProfile(view.spec, after, view.world.migration.spec.budget.cpuPercent);
  const verdicts = [...view.status.verdicts, ...choice.ruledOut];
  if (!choice.profile)
    return { ...giveUp(view, "no profile of the agent stays within the budget"), verdicts };
  const begun = {
    ...attemptAt(view, choice.profile),
    reason: "TrialStarted",
    message: `measuring profile ${choice.profile}`,
    verdicts,
  };
  return isWholeOnly(choice.profile) ? withPair(begun, view.world.now, 0) : begun;
};

/** What carries the agent on the strength of an older verdict gives it back. */
const giveUp = (view: View, message: string): ComponentStatus => {
  if (view.status.hash) return takeBack(view, "NotProven", message);
  const stage = view.spec.onFailure === "Skip" ? "Skipped" : "Held";
  return { ...enter(view, stage, { reason: "NotProven", message }), attempt: "" };
};

/** The same profile first: it is in the pods. They keep it until the verdict. */
export const repeatTrial = (view: View): ComponentStatus => {
  const status = { ...view.status, templateHash: view.seen.templateHash, verdicts: [] };
  return beginTrial({ ...view, status }, before(view, view.status.profile ?? "Lean"));
};

/** Another attempt, with objects and a record of its own. */
const attemptAt = (view: View, profile: Profile): ComponentStatus => {
  const attempts = view.status.attempts + 1;
  const { name: component } = view.spec;
  return {
    ...withoutAttempt(enter(view, "Trial", view.status)),
    profile,
    attempts,
    attempt: beginAttempt(view.world.migration, { component, profile, number: attempts }),
  };
};

/** What an item costs is proven; now what all of it costs. */
const beginWhole = (view: View, verdict: TrialVerdict): ComponentStatus =>
  withPair(
    {
      ...attemptAt(view, verdict.profile),
      reason: "FirstPair",
      message: `${verdict.message}; measuring the whole cost with fresh pairs of twins`,
    },
    view.world.now,
    0,
  );

export const trial = (view: View): ComponentStatus => {
  const danger = view.status.hash ? agentFails(view) : undefined;
  if (danger) return takeBack(view, danger.reason, danger.message);
  if (view.status.templateHash !== view.seen.templateHash) {
    if (view.status.hash) return repeatTrial(view);
    return {
      ...fresh(view),
      reason: "TemplateChanged",
      message: "the workload changed during the trial; starting again",
    };
  }
  const verdict = trialOver(view.world, view.seen, {
    profile: view.status.profile ?? "Lean",
    elapsed: seconds(view),
    young: secondsSince(view.world.now, view.status.pairSince ?? view.status.since),
  });
  return verdict && !isStillOpen(view, verdict)
    ? concludeTrial(view, { ...verdict, ...sealOf(view.world, view.seen) })
    : goOn(view, view.seen.trial?.verdict);
};

const goOn = (before: View, running: TrialVerdict | undefined): ComponentStatus => {
  const view = onNode(before);
  const { node } = view.seen.trial ?? {};
  if (node?.lease === "Taken")
    return stay(
      view,
      "NodeBusy",
      `waits for node ${node.name}: the trial of ${node.by} measures there`,
    );
  const { refused } = view.seen.trial ?? {};
  if (refused) return stay(view, "TwinRefused", `the API server refuses a twin: ${refused}`);
  if (!running) return stay(view, "TwinsStarting", twinsMessage(view));
  const { pair } = view.status;
  return pair !== undefined && running.pairs > pair
    ? nextPair(view, running, pair)
    : { ...stay(view, running.reason, running.message), verdict: running };
};

/** Its minutes are counted from when it takes the node: being placed and waiting cost none. */
const onNode = (view: View): View => {
  const { node } = view.seen.trial ?? {};
  if (!node) return view;
  const status = { ...view.status, node: node.name };
  return { ...view, status: node.lease === "Free" ? fromNow(status, view.world.now) : status };
};

const fromNow = (status: ComponentStatus, now: Date): ComponentStatus => ({
  ...(status.pair === undefined ? status : withPair(status, now, status.pair)),
  since: now.toISOString(),
});

/** What the pair has shown is stored before the status names the next one. */
const nextPair = (view: View, running: TrialVerdict, pair: number): ComponentStatus => ({
  ...withPair(stay(view, "NextPair", running.message), view.world.now, pair + 1),
  verdict: running,
});

const twinsMessage = ({ seen }: View): string => {
  if (!seen.trial?.plain || !seen.trial.injected) return "creating a plain and an injected twin";
  return seen.trial.job ? "warming up the twins" : "waiting for both twins to be ready";
};

const MAX_ERRORS = 3;

/** What a final verdict leads to: the rollout, the next profile, another attempt, or nothing more. */
const concludeTrial = (view: View, verdict: TrialVerdict): ComponentStatus => {
  if (mayTakeFirstStep(view, verdict)) return takeFirstStep(view, verdict);
  const { pair, firstOnly } = view.status;
  const status = withoutAttempt(view.status);
  const verdicts = [...status.verdicts, verdict];
  const view2 = { ...view, status: { ...status, attempt: "", verdict, verdicts } };
  if (verdict.verdict === "Passed") return passed(view2, verdict, pair !== undefined);
  // Whatever else it is: pods must not carry what another attempt may find too dear.
  if (firstOnly) return takeBack(view2, verdict.reason, verdict.message);
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

/** With both keys, or with the only one there is, it is proven. */
const passed = (view: View, verdict: TrialVerdict, whole: boolean): ComponentStatus => {
  if (!whole && view.spec.trial.pairs > 0) return beginWhole(view, verdict);
  const marginal = view.status.verdicts.findLast(
    ({ reason, profile }) => reason === "WithinBudget" && profile === verdict.profile,
  );
  const proven = whole && marginal ? bothOf(marginal, verdict) : verdict;
  const next = { ...view, status: { ...view.status, verdict: proven } };
  return rollOut(next, verdict.profile, { reason: "TrialPassed", message: proven.message });
};

/** The first key's numbers, and the whole cost as the second one found it. */
const bothOf = (marginal: TrialVerdict, whole: TrialVerdict): TrialVerdict => {
  const { estimatePercent, lowerPercent, upperPercent } = whole;
  return {
    ...marginal,
    message: `${marginal.message}; ${whole.message}`,
    ...(estimatePercent === undefined ? {} : { guardPercent: estimatePercent }),
    ...(lowerPercent === undefined ? {} : { guardLowerPercent: lowerPercent }),
    ...(upperPercent === undefined ? {} : { guardUpperPercent: upperPercent }),
  };
};

/** The profile before the given one, so that beginTrial picks the same one again. */
const before = (view: View, profile: Profile): Profile | undefined => {
  const profiles = profilesOf(view.spec);
  return profiles[profiles.indexOf(profile) - 1];
};
