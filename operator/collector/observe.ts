/** Are the collectors that run those that the resource asks for, and if not, may they be? */
import { backendName } from "../backends/endpoints.ts";
import { rank, goalOf } from "../migration/goal.ts";
import type { Migration } from "../migration/types.ts";
import type { Settings } from "../settings.ts";
import { collectors } from "./backend.ts";
import { type Configuration, configuration, type Seen } from "./check.ts";

export const observeConfiguration = (
  migration: Migration,
  settings: Settings,
  seen: Seen,
): Configuration => {
  const isOurs = !migration.spec.backends.collector.externalEndpoint;
  if (!isOurs || rank(goalOf(migration)) < rank("Alongside"))
    return { mayRoll: true, refused: undefined };
  const running = collectors(migration, settings).map((wanted) => {
    const name = backendName(migration, wanted.name);
    return { wanted, deployment: seen.deployments.find(({ metadata }) => metadata.name === name) };
  });
  return configuration(migration, seen, running);
};
