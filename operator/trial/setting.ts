/** What one trial attempt is made from. */
import type { Manifest } from "../cluster/cluster.ts";
import type { ComponentSpec, Profile } from "../migration/schema.ts";
import type { Migration } from "../migration/types.ts";

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
  attempt: string;
  /** 16 hex characters that mark this attempt's items. */
  token: string;
}
