/**
 * The whole cost of an agent and the rollout: what has failed blocks at once, what is undecided lets the first step go, and what has
 * passed lets the last one go. In between the new pods serve beside the old ones, and the pairs of the same attempt go on.
 *
 *   pairs: undecided -> first step, soaked -> more pairs: Passed    -> the rest of the rollout
 *                                                         otherwise -> back
 *
 * Pure.
 */
import type { RolloutState } from "../rollout/state.ts";
import { enter, rollOut, takeBack } from "./moves.ts";
import { pairsInAll, pairsOf, withPair } from "./pairs.ts";
import type { ComponentStatus, TrialVerdict } from "./schema.ts";
import type { View } from "./view.ts";

/** Undecided by pairs, nothing rolled out yet, a step that is not the last one, and pairs left to prove it with. */
export const mayTakeFirstStep = (view: View, { verdict }: TrialVerdict): boolean =>
  verdict === "Inconclusive" &&
  view.status.pair !== undefined &&
  !view.status.hash &&
  hasSteps(view) &&
  pairsInAll(view.spec) > pairsOf(view.spec);

/** A Deployment starts new pods beside the old ones; a StatefulSet of one pod has only the last step. */
const hasSteps = ({ spec, seen }: View): boolean =>
  spec.target.kind === "Deployment" || (seen.rollout?.total ?? 0) > 1;

export const takeFirstStep = (view: View, verdict: TrialVerdict): ComponentStatus => {
  const { pair = 0, profile = verdict.profile } = view.status;
  const why = {
    reason: "FirstStepOnly",
    message: `${verdict.message}; the first step of the rollout goes, the last one waits for more pairs`,
  };
  const rolling = { ...rollOut(view, profile, why), verdict, firstOnly: true };
  // A pair that is in the record counts, one that was cut off is measured again.
  return withPair(rolling, view.world.now, Math.max(pair, verdict.pairs));
};

/** The new pods have soaked beside the old ones. */
export const resumePairs = (view: View): ComponentStatus => {
  const { pair = 0, verdict } = view.status;
  const why = {
    reason: "FirstStepTaken",
    message: `${verdict?.message ?? ""}; the first pods carry the agent, more pairs decide about the others`,
  };
  return withPair(enter(view, "Trial", why), view.world.now, pair);
};

/** The evidence goes on accumulating where the first verdict was undecided. */
export const isStillOpen = (
  { spec, status }: View,
  { verdict, reason, pairs }: TrialVerdict,
): boolean =>
  status.firstOnly === true &&
  verdict === "Inconclusive" &&
  reason === "GuardUndecided" &&
  pairs < pairsInAll(spec);

/** A release of the user's must not wait for us: the pause goes with the agent. */
export const letGo = (view: View): ComponentStatus =>
  takeBack(
    view,
    "TemplateChanged",
    "the workload changed while only the first step of the rollout was taken; starting again",
  );

/** The Deployment is paused as soon as it has started new pods; before that it would never start them. */
export const isPaused = (
  { firstOnly, hash, repair }: ComponentStatus,
  rollout: RolloutState | undefined,
): boolean =>
  firstOnly === true &&
  rollout?.asked?.hash === hash &&
  rollout?.asked?.repair === repair &&
  rollout.newPods.total > 0;
