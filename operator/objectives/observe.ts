/** How the objectives stand, asked of the events themselves at every look. */
import { metricsUrl } from "../backends/endpoints.ts";
import type { Fetch } from "../measurement/ask.ts";
import { type Prometheus, prometheus } from "../measurement/prometheus.ts";
import { rank } from "../migration/goal.ts";
import type { ObjectiveSpec, ObjectiveState, Status } from "../migration/schema.ts";
import type { Migration } from "../migration/types.ts";
import { burnsFast, type Sli } from "./burn.ts";
import { sliOf } from "./indicators.ts";

/** Before Alongside nothing new is there to be asked. */
export const observeObjectives = async (
  migration: Migration,
  { fetch }: { fetch: Fetch },
): Promise<Status["objectives"]> => {
  const { objectives } = migration.spec;
  if (objectives.length === 0 || rank(migration.status.phase) < rank("Alongside")) return undefined;
  const door = prometheus(metricsUrl(migration), fetch);
  return Promise.all(
    objectives.map(async (objective) => ({
      name: objective.name,
      state: await stateOf(objective, sliOf(migration, objective), door),
    })),
  );
};

/** A Prometheus that does not answer says nothing, which must neither look like good news nor stop the look. */
const stateOf = async (
  objective: ObjectiveSpec,
  sli: Sli,
  door: Prometheus,
): Promise<ObjectiveState> => {
  try {
    if ((await door.query(burnsFast(objective, sli))).length > 0) return "Burning";
    const shares = await door.query(sli.errorRatio("1h"));
    return shares.some(({ value }) => Number.isFinite(value)) ? "Met" : "NoData";
  } catch {
    return "NoData";
  }
};
