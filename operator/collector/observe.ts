/** Are the collectors that run those that the resource asks for, and if not, may they be? */
import { rank, goalOf } from "../migration/goal.ts";
import type { Migration } from "../migration/types.ts";
import type { Settings } from "../settings.ts";
import { collectors } from "./backend.ts";
import { type Configuration, configuration, type Seen, workloadNamed } from "./check.ts";

export const observeConfiguration = (
  migration: Migration,
  settings: Settings,
  seen: Seen,
): Configuration => {
  const isOurs = !migration.spec.backends.collector.externalEndpoint;
  if (!isOurs || rank(goalOf(migration)) < rank("Alongside"))
    return { mayRoll: true, refused: undefined };
  const running = collectors(migration, settings).map((wanted) => {
    return { wanted, workload: workloadNamed(migration, wanted.name, seen) };
  });
  return configuration(migration, seen, running);
};
