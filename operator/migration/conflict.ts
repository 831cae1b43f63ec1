/** Whose workload is it, when two resources name it? */
import type { Cluster, Manifest } from "../cluster/cluster.ts";
import { type ComponentSpec, GROUP, KIND, VERSION } from "./schema.ts";
import type { Migration } from "./types.ts";

interface Conflict {
  reason: string;
  message: string;
}

/** Two resources on one workload: the older one keeps it, whatever order they are looked at in. */
export const conflicting = async (
  migration: Migration,
  { cluster }: { cluster: Pick<Cluster, "list"> },
): Promise<Conflict | undefined> => {
  const mine = new Set(
    migration.spec.components.map(({ target }) => `${target.kind}/${target.name}`),
  );
  const others = await othersThan(migration, cluster);
  for (const other of others.filter((candidate) => isOlder(candidate, migration))) {
    const components = (other.spec as { components?: ComponentSpec[] }).components ?? [];
    const shared = components
      .map(({ target }) => `${target.kind ?? "Deployment"}/${target.name}`)
      .find((name) => mine.has(name));
    if (shared) {
      return {
        reason: "Conflict",
        message: `${shared} already belongs to ${other.metadata.name}, which is older: remove it from one of the two`,
      };
    }
  }
  return undefined;
};

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
