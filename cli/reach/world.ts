/** The world of a migration as the operator would see it, from lists alone: no question with an effect is asked. */
import type { Cluster } from "@flashcard-otel/operator/cluster/cluster.ts";
import { type Inventory, survey, takeStock } from "@flashcard-otel/operator/migration/observe.ts";
import type { Migration, World } from "@flashcard-otel/operator/migration/types.ts";
import type { Settings } from "@flashcard-otel/operator/settings.ts";
import { agentSource } from "../agent.ts";

/** Of another installation only the image matters to a plan: the SDK of profile Full is in it. */
export const settingsWith = (images: Partial<Settings["images"]>): Settings => ({
  images: { operator: "", collector: "", jaeger: "", prometheus: "", k6: "", ...images },
  namespace: "",
  namespaces: [],
  identity: "",
  webhook: {
    service: "",
    configuration: "",
    secret: "",
    isOurs: true,
    port: 0,
    certificateFolder: "",
  },
  lease: "",
  agentFolder: "",
  k6Folder: "",
  ports: { health: 0, metrics: 0 },
  uninstallSeconds: 0,
  logLevel: "silent",
});

export const worldOf = async (
  migration: Migration,
  cluster: Cluster,
  { now, settings }: { now: Date; settings: Settings },
): Promise<{ world: World; inventory: Inventory }> => {
  const inventory = await takeStock(migration, cluster);
  const sources = { agent: agentSource(), trial: "", pulse: "" };
  const world = survey(migration, inventory, { now: () => now, settings, sources });
  return { world, inventory };
};
