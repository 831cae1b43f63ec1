/** Since when both sides count without interruption: the start of the youngest process that takes part. Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import type { World } from "../migration/types.ts";

export interface Cast {
  replicaSets: Manifest[];
  pods: Manifest[];
}

/** Until a new process has been scraped and has exported once. */
const SETTLE_SECONDS = 15;

const owners = ({ metadata }: Manifest): string[] =>
  (metadata.ownerReferences ?? []).map(({ uid }) => uid);

/** Pods of one workload, through its ReplicaSets. */
export const podsOfDeployment = (
  deployment: Manifest | undefined,
  { replicaSets, pods }: Cast,
): Manifest[] => {
  const uid = deployment?.metadata.uid;
  if (!uid) return [];
  const sets = replicaSets.filter((set) => owners(set).includes(uid));
  const uids = new Set(sets.map(({ metadata }) => metadata.uid));
  return pods.filter((pod) => owners(pod).some((owner) => uids.has(owner)));
};

/** Pods of the components, and of the backends that their numbers go through. */
const participants = ({ components, migration }: World, cast: Cast): Manifest[] => [
  ...components.flatMap(({ deployment }) => podsOfDeployment(deployment, cast)),
  ...cast.pods.filter((pod) => isBackend(pod, migration)),
];

const BACKENDS: readonly string[] = ["collector", "prometheus"];

const isBackend = (
  { metadata: { labels = {} } }: Manifest,
  migration: World["migration"],
): boolean =>
  labels["flashcard-otel.dev/migration"] === migration.metadata.name &&
  BACKENDS.includes(labels["app.kubernetes.io/component"] ?? "");

interface PodStatus {
  startTime?: string;
  containerStatuses?: { state?: { running?: { startedAt?: string } } }[];
}

const startsOf = ({ status }: Manifest): number[] => {
  const { startTime, containerStatuses = [] } = (status ?? {}) as PodStatus;
  const texts = [startTime, ...containerStatuses.map(({ state }) => state?.running?.startedAt)];
  return texts.flatMap((text) => (text ? [Date.parse(text) / 1000] : []));
};

/** Seconds. */
export const undisturbedSince = (world: World, cast: Cast): number =>
  Math.max(0, ...participants(world, cast).flatMap((pod) => startsOf(pod))) + SETTLE_SECONDS;
