/** What preflight says about a component now: the operator's own questions, asked with the user's rights and without a trace. */
import type { Cluster } from "@flashcard-otel/operator/cluster/cluster.ts";
import type { Subject } from "@flashcard-otel/operator/migration/observe.ts";
import { observePreflight } from "@flashcard-otel/operator/migration/refusals.ts";
import type { World } from "@flashcard-otel/operator/migration/types.ts";
import type { Settings } from "@flashcard-otel/operator/settings.ts";

interface Doors {
  /** Of reach/reading.ts: writes nothing. */
  cluster: Cluster;
  settings: Settings;
  world: World;
}

export const refusalsOf = async (
  subject: Subject,
  { cluster, settings, world }: Doors,
): Promise<{ reason: string; message: string }[]> =>
  (await observePreflight(subject, { cluster, settings, sources: world.sources })).refusals;
