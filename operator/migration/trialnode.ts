/** Whether an attempt may measure on its node, as the node's Lease says. */
import type { Manifest } from "../cluster/cluster.ts";
import { type Holder, holderFor, holderIn, isExpired, isHeldBy, leaseOn } from "../trial/node.ts";
import type { Dependencies, TrialSubject } from "./observe.ts";
import { GROUP, KIND, statusSchema, VERSION } from "./schema.ts";
import type { TrialNode } from "./types.ts";

type Doors = Pick<Dependencies, "cluster" | "settings" | "now">;

export const observeNode = async (
  { migration, status, leases }: TrialSubject,
  name: string | undefined,
  deps: Doors,
): Promise<TrialNode | undefined> => {
  if (name === undefined || !status) return undefined;
  const lease = leaseOn(name, leases);
  if (!lease) return { name, lease: "Free" };
  if (isHeldBy(holderFor(migration, status), lease)) return { name, lease: "Held" };
  return (await isLeft(lease, deps))
    ? { name, lease: "Free" }
    : { name, lease: "Taken", by: inWords(holderIn(lease)) };
};

const inWords = ({ namespace, name, component }: Holder): string =>
  `${component} of ${namespace}/${name}`;

/** Past its time, or its attempt has ended without giving the node back: the resource is gone, or the operator was. */
const isLeft = async (lease: Manifest, { cluster, settings, now }: Doors): Promise<boolean> => {
  if (isExpired(lease, now())) return true;
  const { namespace, name, component, attempt } = holderIn(lease);
  const { namespaces } = settings;
  // Of a namespace that may not be read any more nothing is known but the time.
  if (namespaces.length > 0 && !namespaces.includes(namespace)) return false;
  const place = { apiVersion: `${GROUP}/${VERSION}`, kind: KIND, namespace, name };
  const holder = await cluster.read(place);
  const known = statusSchema.safeParse(holder?.status ?? {});
  return (
    known.success &&
    !known.data.components.some(
      (one) => one.name === component && one.stage === "Trial" && one.attempt === attempt,
    )
  );
};
