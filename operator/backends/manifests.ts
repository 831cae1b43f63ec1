/** Everything the Alongside step puts into the namespace. Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import { collectors } from "../collector/backend.ts";
import { checkOf } from "../collector/check.ts";
import type { Migration } from "../migration/types.ts";
import type { Settings } from "../settings.ts";
import { managedBackends } from "./endpoints.ts";
import { jaeger } from "./jaeger.ts";
import { prometheusBackend } from "./prometheus.ts";
import { type Backend, workload } from "./workload.ts";

const backends = (migration: Migration, settings: Settings): Backend[] => {
  const names = managedBackends(migration);
  return [
    jaeger(migration, settings),
    prometheusBackend(migration, settings),
    ...collectors(migration, settings),
  ].filter(({ name }) => names.includes(name));
};

export const backendManifests = (migration: Migration, settings: Settings): Manifest[] =>
  backends(migration, settings).flatMap((backend) => workload(migration, backend));

/** The checks of the collectors' configurations. */
export const checks = (migration: Migration, settings: Settings): Manifest[] =>
  migration.spec.backends.collector.externalEndpoint
    ? []
    : collectors(migration, settings).flatMap((backend) => checkOf(migration, backend));
