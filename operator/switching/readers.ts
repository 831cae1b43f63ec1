/** Everything in reach that asks for series: dashboards, rules in objects, and rules that a Prometheus has loaded, wherever from. */
import { legacyUrl, metricsUrl } from "../backends/endpoints.ts";
import { type Manifest, noneWithoutKind } from "../cluster/cluster.ts";
import { prometheus } from "../measurement/prometheus.ts";
import type { Migration } from "../migration/types.ts";
import { isBridge } from "../parity/bridge.ts";
import { allExpressions, SHOWN } from "./boards.ts";
import type { Doors, Seen } from "./look.ts";
import { type FileRule, rulesIn } from "./rules.ts";

export interface Reader {
  who: string;
  expression: string;
}

/** Everybody who would see nothing any more when old series end. A bridge would go on with the new ones. */
export const readersOf = async (seen: Seen, doors: Doors): Promise<Reader[]> => {
  const { migration } = seen;
  const { namespace } = migration.metadata;
  const others = migration.spec.retire?.namespaces ?? [];
  const namespaces = [...new Set([namespace, ...others])];
  const found = await Promise.all([
    ...namespaces.map((one) => onDashboards(one, doors)),
    ...namespaces.map((one) => inPrometheusRules(one, doors)),
    inPrometheus(migration, doors),
  ]);
  return [...inConfigMap(seen.legacyRules), ...inConfigMap(seen.loaded), ...found.flat()];
};

/** What was hidden by the switch carries the label too, with another value. */
const SEEN = `${SHOWN},${SHOWN}!=0`;

const onDashboards = async (namespace: string, { cluster }: Doors): Promise<Reader[]> => {
  const selection = { apiVersion: "v1", kind: "ConfigMap", namespace, labels: SEEN };
  return (await cluster.list(selection)).flatMap((board) =>
    allExpressions(board).map(({ file, expression }) => ({
      who: `dashboard ${file} in ConfigMap ${board.metadata.name}`,
      expression,
    })),
  );
};

const asReaders = (rules: FileRule[], where: string): Reader[] =>
  rules
    .filter(({ labels }) => !isBridge(labels))
    .map(({ alert, record, expr }) => ({
      who: `rule ${alert ?? record ?? ""} ${where}`,
      expression: expr,
    }));

const inConfigMap = (configMap: Manifest | undefined): Reader[] =>
  asReaders(rulesIn(configMap?.data), `in ConfigMap ${configMap?.metadata.name ?? ""}`);

/** A cluster without the Prometheus operator has no such objects. */
const inPrometheusRules = async (namespace: string, { cluster }: Doors): Promise<Reader[]> => {
  const kind = { apiVersion: "monitoring.coreos.com/v1", kind: "PrometheusRule", namespace };
  const objects = await cluster.list(kind).catch(noneWithoutKind);
  return objects.flatMap(({ metadata, spec }) => {
    const { groups = [] } = (spec ?? {}) as { groups?: { rules?: FileRule[] }[] };
    const rules = groups.flatMap((group) => group.rules ?? []);
    return asReaders(rules, `in PrometheusRule ${metadata.name}`);
  });
};

const inPrometheus = async (migration: Migration, { fetch }: Doors): Promise<Reader[]> => {
  const [old, fresh] = [legacyUrl(migration), metricsUrl(migration)];
  const places: [where: string, url: string][] = [
    ...(old === undefined ? [] : [["of the old Prometheus", old] satisfies [string, string]]),
    ...(fresh === old ? [] : [["of the new Prometheus", fresh] satisfies [string, string]]),
  ];
  const found = places.map(async ([where, url]) =>
    asReaders(
      (await prometheus(url, fetch).rules()).map(({ name, query, labels }) => ({
        record: name,
        expr: query,
        labels,
      })),
      where,
    ),
  );
  return (await Promise.all(found)).flat();
};
