/** The ladder of profiles, from rich to poor, and what is known about their cost before any measurement. */
import { PROFILES, type ComponentSpec, type Profile, type TrialVerdict } from "./schema.ts";

/**
 * Percent of CPU that a profile is known to add on an ordinary service (docs/performance.md, stock SDK).
 * A profile far above the budget is not worth a trial.
 */
const KNOWN_PERCENT: Partial<Record<Profile, number>> = { Full: 37 };
const FAR_ABOVE = 10;

/** Profiles to try, in order. A named profile is the only one, except that poorer ones may follow under NextProfile. */
export const profilesOf = ({ profile }: ComponentSpec): Profile[] =>
  profile === "Auto" ? [...PROFILES] : [profile];

export interface Choice {
  profile: Profile | undefined;
  /** Profiles that were passed over without a trial, each with its reason. */
  ruledOut: TrialVerdict[];
}

const ruledOutBy = (
  profile: Profile,
  spec: ComponentSpec,
  budgetPercent: number,
): TrialVerdict | undefined => {
  const known = KNOWN_PERCENT[profile];
  if (known === undefined) return undefined;
  const verdict = { profile, pairs: 0 };
  if (known >= budgetPercent * FAR_ABOVE)
    return {
      ...verdict,
      verdict: "Failed",
      reason: "KnownCost",
      message: `not tried: known to add about ${known} %, the budget is ${budgetPercent} %`,
    };
  return spec.profile === profile
    ? undefined
    : {
        ...verdict,
        verdict: "NotMeasured",
        reason: "NotToggled",
        message:
          "not tried: the stock SDK cannot be switched per item, and fresh pairs of twins take long; name it in profile to have it measured by them",
      };
};

/** The next profile after `after` (the first one when undefined), and those that are ruled out on the way. */
export const nextProfile = (
  spec: ComponentSpec,
  after: Profile | undefined,
  budgetPercent: number,
): Choice => {
  const ruledOut: TrialVerdict[] = [];
  const profiles = profilesOf(spec);
  for (const profile of profiles.slice(after ? profiles.indexOf(after) + 1 : 0)) {
    const reason = ruledOutBy(profile, spec, budgetPercent);
    if (!reason) return { profile, ruledOut };
    ruledOut.push(reason);
  }
  return { profile: undefined, ruledOut };
};
