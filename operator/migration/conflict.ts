/** Whose workload is it, when two resources name it? */
import type { Cluster, Manifest } from "../cluster/cluster.ts";
import { GROUP, KIND, VERSION } from "./schema.ts";
import type { Migration } from "./types.ts";

interface Conflict {
  reason: string;
  message: string;
}

/** Two resources on one workload, or on one ConfigMap of the switch: the older one keeps it, whatever order they are looked at in. */
export const conflicting = async (
  migration: Migration,
  { cluster }: { cluster: Pick<Cluster, "list"> },
): Promise<Conflict | undefined> => {
  const mine = new Set(claimsOf(migration.spec));
  const others = await othersThan(migration, cluster);
  for (const other of others.filter((candidate) => isOlder(candidate, migration))) {
    const shared = claimsOf((other.spec ?? {}) as Claiming).find((name) => mine.has(name));
    if (shared) {
      return {
        reason: "Conflict",
        message: `${shared} already belongs to ${other.metadata.name}, which is older: remove it from one of the two`,
      };
    }
  }
  return undefined;
};

interface Claiming {
  components?: { target?: { kind?: string; name?: string } }[];
  alerts?: Edition | undefined;
  dashboards?: Edition | undefined;
}

type Edition = Partial<Record<"legacy" | "otel", { configMap?: string }>>;

/** What nobody else may change. */
const claimsOf = ({ components = [], alerts = {}, dashboards = {} }: Claiming): string[] => [
  ...components.map(({ target = {} }) => `${target.kind ?? "Deployment"}/${target.name}`),
  ...[alerts.legacy, alerts.otel, dashboards.legacy, dashboards.otel].flatMap((one) =>
    one?.configMap ? [`ConfigMap/${one.configMap}`] : [],
  ),
];

/** Other resources of the namespace. */
export const othersThan = async (
  { metadata: { namespace, uid } }: Migration,
  cluster: Pick<Cluster, "list">,
): Promise<Manifest[]> => {
  const all = await cluster.list({ apiVersion: `${GROUP}/${VERSION}`, kind: KIND, namespace });
  return all.filter(({ metadata }) => metadata.uid !== uid);
};

const age = ({ metadata }: { metadata: Manifest["metadata"] }): string =>
  `${metadata.creationTimestamp ?? ""}/${metadata.uid ?? ""}`;
const isOlder = (other: Manifest, migration: Migration): boolean => age(other) < age(migration);
