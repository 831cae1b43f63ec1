/** Since when both sides count without interruption: the start of the youngest process that takes part. Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import type { World } from "../migration/types.ts";
import { podsOfWorkload } from "../rollout/pods.ts";
import type { Neighbours } from "../rollout/state.ts";

/** Until a new process has been scraped and has exported once. */
const SETTLE_SECONDS = 15;

/** Pods of the components, and of the backends that their numbers go through. Runs of a CronJob come and go by nature. */
const participants = ({ components, migration }: World, cast: Neighbours): Manifest[] => [
  ...components
    .filter(({ spec }) => spec.target.kind !== "CronJob")
    .flatMap(({ deployment }) => podsOfWorkload(deployment, cast)),
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
export const undisturbedSince = (world: World, cast: Neighbours): number =>
  Math.max(0, ...participants(world, cast).flatMap((pod) => startsOf(pod))) + SETTLE_SECONDS;
