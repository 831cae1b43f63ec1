import type { Manifest } from "../cluster/cluster.ts";
import type { Migration } from "../migration/types.ts";

/** Pods of one of our own workloads, without those on their way out. */
export const podsOf = (
  { metadata: { name } }: Pick<Migration, "metadata">,
  pods: Manifest[],
  component: string,
): Manifest[] =>
  pods.filter(
    ({ metadata: { labels = {}, deletionTimestamp } }) =>
      labels["flashcard-otel.dev/migration"] === name &&
      labels["app.kubernetes.io/component"] === component &&
      !deletionTimestamp,
  );
