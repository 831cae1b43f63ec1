/** What one trial attempt is made from. */
import type { Manifest } from "../cluster/cluster.ts";
import type { ComponentSpec, Profile } from "../migration/schema.ts";
import type { Migration } from "../migration/types.ts";

export interface WholeSetting {
  /** The attempt that all its pairs belong to. */
  record: string;
  pair: number;
  first: "plain" | "injected";
  maxPairs: number;
}

export interface TrialSetting {
  migration: Migration;
  spec: ComponentSpec;
  deployment: Manifest;
  settings: {
    images: { operator: string; k6: string };
    /** A negative, never preempting class; absent: the cluster's default. */
    trialPriorityClass?: string;
  };
  sources: { agent: string; trial: string };
  profile: Profile;
  /** Names the objects; each fresh pair has its own. */
  attempt: string;
  /** Where the attempt has measured, or waited, so far; absent until the scheduler has chosen a node. */
  node?: string;
  /** Present for a fresh pair of an attempt that measures the whole cost. */
  whole?: WholeSetting;
  /** 16 hex characters that mark this attempt's items. */
  token: string;
}

/** Twins and load end by themselves after that, since there may be no operator to end them: the budget's minutes, and some more. */
export const twinSeconds = ({ spec }: Migration): number => spec.budget.maxMinutes * 60 + 600;
