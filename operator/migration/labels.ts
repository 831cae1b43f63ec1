/** Labels and owner of everything we create: how it is found again, and how it goes away with its resource. */
import type { ObjectMeta } from "../cluster/cluster.ts";
import { GROUP, KIND, VERSION } from "./schema.ts";
import type { Migration } from "./types.ts";

export const owned = (
  { metadata }: Pick<Migration, "metadata">,
  { component, extra = {} }: { component: string; extra?: Record<string, string> },
): {
  labels: Record<string, string>;
  ownerReferences: NonNullable<ObjectMeta["ownerReferences"]>;
} => ({
  labels: {
    "app.kubernetes.io/managed-by": "flashcard-otel",
    "app.kubernetes.io/component": component,
    "flashcard-otel.dev/migration": metadata.name,
    ...extra,
  },
  ownerReferences: [
    {
      apiVersion: `${GROUP}/${VERSION}`,
      kind: KIND,
      name: metadata.name,
      uid: metadata.uid,
      controller: true,
      blockOwnerDeletion: true,
    },
  ],
});
