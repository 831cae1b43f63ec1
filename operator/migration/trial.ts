/** The life of one trial attempt, as far as deciding goes. Pure. */
import { createHash } from "node:crypto";
import type { ComponentStatus, Profile, TrialVerdict } from "./schema.ts";
import type { ComponentWorld, Migration, World } from "./types.ts";

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

/** The final verdict once there is one; undefined while the trial goes on. */
export const trialOver = (
  world: World,
  seen: ComponentWorld,
  status: ComponentStatus,
  elapsed: number,
): TrialVerdict | undefined => {
  const profile = status.profile ?? "Lean";
  const running = seen.trial?.verdict;
  if (running && running.verdict !== "Running") return running;
  const code = exitCode(seen);
  if (code !== undefined && !isData(code)) {
    return ended(profile, "Error", {
      reason: "LoadToolFailed",
      message: `k6 ended with code ${code}; see its log in the evidence`,
    });
  }
  if (!seen.trial?.job && elapsed > TWINS_SECONDS) {
    return ended(profile, "Error", {
      reason: "TwinsNotReady",
      message: `the twins were not ready after ${TWINS_SECONDS} s`,
    });
  }
  const { maxMinutes } = world.migration.spec.budget;
  if (elapsed < maxMinutes * 60) return undefined;
  return {
    ...ended(profile, "Inconclusive", {
      reason: "OutOfTime",
      message: `undecided after ${maxMinutes} minutes`,
    }),
    ...numbers(running),
  };
};

const numbers = (running: TrialVerdict | undefined): Partial<TrialVerdict> => {
  if (!running) return {};
  const { verdict: _verdict, reason: _reason, message: _message, ...rest } = running;
  return rest;
};
