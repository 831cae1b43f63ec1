/** What preflight says about a component now: the operator's own questions, asked with the user's rights and without a trace. */
import type { Cluster } from "../../operator/cluster/cluster.ts";
import type { Subject } from "../../operator/migration/observe.ts";
import { observeRefusals } from "../../operator/migration/refusals.ts";
import type { World } from "../../operator/migration/types.ts";
import type { Settings } from "../../operator/settings.ts";

interface Doors {
  /** Of reach/reading.ts: writes nothing. */
  cluster: Cluster;
  settings: Settings;
  world: World;
}

export const refusalsOf = (
  subject: Subject,
  { cluster, settings, world }: Doors,
): Promise<{ reason: string; message: string }[]> =>
  observeRefusals(subject, { cluster, settings, sources: world.sources });
