/** What namespaces hold, without what differs from run to run: two runs that came to the same end give the same text. */
import type { Cluster, Manifest } from "../cluster/cluster.ts";
import { GROUP, KIND, VERSION } from "../migration/schema.ts";

const KINDS: [apiVersion: string, kind: string][] = [
  [`${GROUP}/${VERSION}`, KIND],
  ["apps/v1", "Deployment"],
  ["apps/v1", "StatefulSet"],
  ["batch/v1", "CronJob"],
  ["apps/v1", "ReplicaSet"],
  ["v1", "Pod"],
  ["batch/v1", "Job"],
  ["v1", "ConfigMap"],
  ["v1", "Service"],
  ["coordination.k8s.io/v1", "Lease"],
];

/** One line per object, by its name. */
export type State = Map<string, string>;

export const stateOf = async (cluster: Cluster, namespaces: string[]): Promise<State> => {
  const lists = await Promise.all(
    namespaces.flatMap((namespace) =>
      KINDS.map(([apiVersion, kind]) => cluster.list({ apiVersion, kind, namespace })),
    ),
  );
  const state: State = new Map();
  for (const object of lists.flat()) {
    const name = nameOf(object);
    // One more than there should be must not hide behind the other.
    state.set(state.has(name) ? `${name} again` : name, masked(object));
  }
  return state;
};

const nameOf = ({ kind, metadata: { namespace, name } }: Manifest): string =>
  mask([kind, namespace, name].join("/"));

const MASKS: [RegExp, string][] = [
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME"],
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UID"],
  [/10\.96\.\d+\.\d+/g, "ADDRESS"],
  [/"seconds":\d+/g, '"seconds":0'],
  // Made of the moment at which the rollout began.
  [/(-takeback-[a-z0-9-]+-)[0-9a-f]{8}\b/g, "$1ROLLOUT"],
];

const mask = (text: string): string =>
  MASKS.reduce((masking, [what, by]) => masking.replaceAll(what, by), text);

/** The managers stay: that none of our names is left on a workload is part of the end. */
const masked = (object: Manifest): string => {
  const { resourceVersion: _version, managedFields = [], ...metadata } = object.metadata;
  const managers = managedFields.map(({ manager, operation }) => `${manager} ${operation}`);
  const plain = { ...object, metadata: { ...metadata, managers: managers.toSorted() } };
  return mask(JSON.stringify(plain));
};

/** The first differences, one sentence each. */
export const differences = (wanted: State, found: State): string[] =>
  [...new Set([...wanted.keys(), ...found.keys()])].toSorted().flatMap((name) => {
    const [one, other] = [wanted.get(name), found.get(name)];
    if (one === other) return [];
    if (one === undefined) return [`${name} is left over`];
    if (other === undefined) return [`${name} is missing`];
    return [`${name} is ${excerpt(other, one)}, not ${excerpt(one, other)}`];
  });

const excerpt = (text: string, beside: string): string => {
  let at = 0;
  while (at < text.length && text[at] === beside[at]) at += 1;
  return text.slice(Math.max(0, at - 60), at + 80);
};
