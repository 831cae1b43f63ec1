/** The life of one trial attempt, as far as deciding goes. Pure. */
import { createHash } from "node:crypto";
import { hasCondition } from "../cluster/conditions.ts";
import type { ComponentSpec, Profile, TrialVerdict } from "./schema.ts";
import type { ComponentWorld, Migration, World } from "./types.ts";

/** Whether there is a trial at all: no two runs of a CronJob can be compared. */
export const isTried = ({ trial, target }: ComponentSpec): boolean =>
  !trial.skip && target.kind !== "CronJob";

/** Names an attempt so that late evidence of an older one can never count: same inputs, same name. */
export const beginAttempt = (
  { metadata }: Migration,
  { component, profile, number }: { component: string; profile: Profile; number: number },
): string =>
  createHash("sha256")
    .update([metadata.uid, metadata.generation, component, profile, number].join("/"))
    .digest("hex")
    .slice(0, 10);

/** 16 hex characters that mark this attempt's items; derived, so that a restarted operator knows it again. */
export const tokenOf = (attempt: string): string =>
  createHash("sha256").update(`token/${attempt}`).digest("hex").slice(0, 16);

const TWINS_SECONDS = 120;

interface Container {
  state?: { terminated?: { exitCode: number } };
}

const exitCode = (world: ComponentWorld): number | undefined => {
  const status = world.trial?.jobPod?.status as { containerStatuses?: Container[] } | undefined;
  return status?.containerStatuses?.find(({ state }) => state?.terminated)?.state?.terminated
    ?.exitCode;
};

/** 99 is k6's "a threshold failed": data like 0. Any other code means that the load tool itself failed. */
const isData = (code: number): boolean => code === 0 || code === 99;

const ended = (
  profile: Profile,
  verdict: "Error" | "Inconclusive",
  why: { reason: string; message: string },
): TrialVerdict => ({
  verdict,
  ...why,
  profile,
  pairs: 0,
});

/** The final verdict once there is one; undefined while the trial goes on. `elapsed` and `young`: seconds since it, and since its twins, began. */
export const trialOver = (
  { migration }: World,
  seen: ComponentWorld,
  { profile, elapsed, young }: { profile: Profile; elapsed: number; young: number },
): TrialVerdict | undefined => {
  const judged = seen.trial?.verdict;
  if (judged && judged.verdict !== "Running") return judged;
  // Its time stands still until the node it was put on is its own.
  if (seen.trial?.node && seen.trial.node.lease !== "Held") return undefined;
  const { maxMinutes } = migration.spec.budget;
  const inconclusive = elapsed < maxMinutes * 60 ? undefined : outOfTime(maxMinutes, profile);
  return (
    brokenLoad(seen, profile) ??
    lateTwins(seen, profile, young) ??
    (inconclusive && { ...inconclusive, ...numbers(judged) })
  );
};

/** Its pod was deleted or evicted, or its node is lost: the log has gone with it. */
const isLost = ({ trial }: ComponentWorld): boolean => hasCondition(trial?.job, "Failed");

const brokenLoad = (seen: ComponentWorld, profile: Profile): TrialVerdict | undefined => {
  const code = exitCode(seen);
  if (code === undefined && isLost(seen))
    return ended(profile, "Error", {
      reason: "LoadLost",
      message: "the pod of the load has gone before its end, and its evidence with it",
    });
  if (code === undefined || isData(code)) return undefined;
  return ended(profile, "Error", {
    reason: "LoadToolFailed",
    message: `k6 ended with code ${code}; see its log in the evidence`,
  });
};

const lateTwins = (
  seen: ComponentWorld,
  profile: Profile,
  young: number,
): TrialVerdict | undefined => {
  if (seen.trial?.job || young < TWINS_SECONDS) return undefined;
  const { refused } = seen.trial ?? {};
  return ended(profile, "Error", {
    reason: "TwinsNotReady",
    message: `the twins were not ready after ${TWINS_SECONDS} s${refused ? `: ${refused}` : ""}`,
  });
};

const outOfTime = (minutes: number, profile: Profile): TrialVerdict =>
  ended(profile, "Inconclusive", {
    reason: "OutOfTime",
    message: `undecided after ${minutes} minutes`,
  });

/** What was measured so far, without the word for it. */
const numbers = (judged: TrialVerdict | undefined): Partial<TrialVerdict> => {
  if (!judged) return {};
  const { verdict: _verdict, reason: _reason, message: _message, ...rest } = judged;
  return rest;
};
