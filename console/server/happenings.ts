/** What the operator has told about a resource: its events, oldest first. */
import type { Cluster, Manifest } from "../../operator/cluster/cluster.ts";
import { KIND } from "../../operator/migration/schema.ts";
import type { Happening, Migration } from "../facts.ts";

interface Event extends Manifest {
  eventTime?: string;
  type?: string;
  reason?: string;
  note?: string;
  regarding?: { kind?: string; name?: string; uid?: string };
}

export const happenings = async (
  { namespace, uid }: Migration,
  cluster: Pick<Cluster, "list">,
): Promise<Happening[]> => {
  const all = await cluster.list({ apiVersion: "events.k8s.io/v1", kind: "Event", namespace });
  return (all as Event[])
    .filter(({ regarding }) => regarding?.kind === KIND && regarding.uid === uid)
    .map(({ eventTime, metadata, type, reason, note }) => ({
      at: eventTime ?? metadata.creationTimestamp ?? "",
      type: type ?? "Normal",
      reason: reason ?? "",
      note: note ?? "",
    }))
    .toSorted((a, b) => a.at.localeCompare(b.at));
};
