/**
 * Which collectors there are. One kind does everything, unless whole traces must meet in one place or a Kafka is between:
 *
 *   agents -> front -> (by trace id, or through Kafka) -> back -> stores
 *
 * Pure.
 */
import type { CollectorSpec } from "../migration/pipelines.ts";

export type Tier = "whole" | "front" | "back";

export const tiersOf = ({ replicas, tailSampling, kafka }: CollectorSpec): Tier[] =>
  kafka || (tailSampling && replicas > 1) ? ["front", "back"] : ["whole"];

const WISHES = ["memoryMiB", "tailSampling", "spanMetrics", "queue", "kafka", "exporters"] as const;

/** More is wanted than to hand on: then the collector tells figures about itself, too. */
export const isShaped = (spec: CollectorSpec): boolean =>
  WISHES.some((wish) => spec[wish] !== undefined);

/** What waits is on a disk, whose ever it is. */
export const isPersistent = ({ queue }: CollectorSpec): boolean =>
  queue !== undefined && queue.storage !== "Memory";

export const keepsClaims = ({ queue }: Pick<CollectorSpec, "queue">): boolean =>
  queue?.storage === "PersistentVolumeClaim";

export type Works = Pick<CollectorSpec, "spanMetrics"> & {
  sampling: CollectorSpec["tailSampling"];
};

/** What a tier does with traces on the way. Spans are counted once, where all of them pass. */
export const worksIn = (tier: Tier, { spanMetrics, tailSampling, kafka }: CollectorSpec): Works => {
  const counts = tier === "whole" || (tier === "back") === (kafka !== undefined);
  return {
    ...(counts && spanMetrics ? { spanMetrics } : {}),
    sampling: tier === "front" ? undefined : tailSampling,
  };
};
