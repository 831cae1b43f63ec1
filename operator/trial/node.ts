/**
 * One measuring trial per node, since two would disturb each other: a Lease per node in the operator's own namespace. Its holder is an
 * attempt, and it lasts for as long as twins of that attempt can live; it is not renewed, since twins measure on while no operator runs.
 * Whoever finds it expired, or its holder's attempt ended, may have the node. Pure.
 */
import type { Manifest, Selection } from "../cluster/cluster.ts";
import { microTime } from "../cluster/time.ts";
import { shorten } from "../injection/shorten.ts";
import type { ComponentStatus } from "../migration/schema.ts";
import { secondsSince } from "../migration/time.ts";
import type { Migration } from "../migration/types.ts";
import { twinSeconds } from "./setting.ts";

const LEASE = { apiVersion: "coordination.k8s.io/v1", kind: "Lease" } as const;
const LABELS = {
  "app.kubernetes.io/managed-by": "flashcard-otel",
  "app.kubernetes.io/component": "trial",
} as const;

/** All Leases of nodes that the operator in that namespace has given. */
export const nodeLeases = (namespace: string): Selection => ({
  ...LEASE,
  namespace,
  labels: Object.entries(LABELS)
    .map((label) => label.join("="))
    .join(","),
});

/** Who measures: an attempt of a component of a resource. */
export interface Holder {
  namespace: string;
  name: string;
  component: string;
  attempt: string;
}

export const holderFor = (
  { metadata: { namespace, name } }: Migration,
  { name: component, attempt = "" }: Pick<ComponentStatus, "name" | "attempt">,
): Holder => ({ namespace, name, component, attempt });

const identityOf = ({ namespace, name, component, attempt }: Holder): string =>
  [namespace, name, component, attempt].join("/");

interface LeaseSpec {
  holderIdentity?: string;
  leaseDurationSeconds?: number;
  renewTime?: string;
}

export const holderIn = ({ spec }: Manifest): Holder => {
  const { holderIdentity = "" } = spec as LeaseSpec;
  const [namespace = "", name = "", component = "", attempt = ""] = holderIdentity.split("/");
  return { namespace, name, component, attempt };
};

const MOST_CHARACTERS = 253;

const leaseName = (node: string): string =>
  shorten(`flashcard-otel-trial-${node}`, MOST_CHARACTERS);

export const leaseOn = (node: string, leases: readonly Manifest[]): Manifest | undefined =>
  leases.find(({ metadata }) => metadata.name === leaseName(node));

/** Where the scheduler has put a pod. */
export const nodeOf = (pod: Manifest | undefined): string | undefined =>
  (pod?.spec as { nodeName?: string } | undefined)?.nodeName;

export const isHeldBy = (holder: Holder, lease: Manifest): boolean =>
  identityOf(holderIn(lease)) === identityOf(holder);

/** Of any attempt of this resource. */
export const isLeaseOf = ({ metadata }: Migration, lease: Manifest): boolean => {
  const { namespace, name } = holderIn(lease);
  return namespace === metadata.namespace && name === metadata.name;
};

export const isExpired = ({ spec }: Manifest, now: Date): boolean => {
  const { leaseDurationSeconds = 0, renewTime } = spec as LeaseSpec;
  return secondsSince(now, renewTime) > leaseDurationSeconds;
};

/** Twice: the last pair of an attempt may begin when its minutes are over. */
export const nodeLease = (
  { migration, holder, node }: { migration: Migration; holder: Holder; node: string },
  { namespace, now }: { namespace: string; now: Date },
): Manifest => ({
  ...LEASE,
  metadata: { name: leaseName(node), namespace, labels: LABELS },
  spec: {
    holderIdentity: identityOf(holder),
    leaseDurationSeconds: 2 * twinSeconds(migration),
    acquireTime: microTime(now),
    renewTime: microTime(now),
  },
});
