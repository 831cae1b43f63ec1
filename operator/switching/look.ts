/** Where the switch stands is read from the objects themselves; nothing is remembered between two looks. */
import { rulesName } from "../backends/prometheus.ts";
import type { Cluster, Manifest } from "../cluster/cluster.ts";
import type { Migration } from "../migration/types.ts";
import { copyName } from "./rules.ts";

export interface Doors {
  cluster: Cluster;
  fetch: typeof globalThis.fetch;
  now: () => Date;
}

/** The ConfigMaps of a switch; undefined where there is none. */
export interface Seen {
  migration: Migration;
  now: Date;
  otelRules: Manifest | undefined;
  legacyRules: Manifest | undefined;
  /** Rules as the new Prometheus mounts them. */
  loaded: Manifest | undefined;
  /** Old rule files while they are switched off. */
  copy: Manifest | undefined;
  otelBoard: Manifest | undefined;
  legacyBoard: Manifest | undefined;
}

export const lookAt = async (
  migration: Migration,
  { cluster, now }: Pick<Doors, "cluster" | "now">,
): Promise<Seen> => {
  const { alerts, dashboards } = migration.spec;
  const { namespace } = migration.metadata;
  const read = async (name: string | undefined): Promise<Manifest | undefined> =>
    name === undefined
      ? undefined
      : cluster.read({ apiVersion: "v1", kind: "ConfigMap", namespace, name });
  const [otelRules, legacyRules, loaded, copy, otelBoard, legacyBoard] = await Promise.all([
    read(alerts?.otel.configMap),
    read(alerts?.legacy.configMap),
    read(alerts && rulesName(migration)),
    read(alerts && copyName(alerts.legacy.configMap)),
    read(dashboards?.otel.configMap),
    read(dashboards?.legacy.configMap),
  ]);
  return { migration, now: now(), otelRules, legacyRules, loaded, copy, otelBoard, legacyBoard };
};
