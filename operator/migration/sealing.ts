/** Evidence is stored before the status rests on it. */
import { ClusterError, type Manifest } from "../cluster/cluster.ts";
import { decide } from "./decide.ts";
import { withoutEvidence } from "./evidence.ts";
import type { Dependencies } from "./observe.ts";
import type { Decision, World } from "./types.ts";

/** By a quota, a policy or a limit of size; asking again changes nothing. */
const REFUSED: readonly string[] = ["Invalid", "Forbidden"];

/**
 * The decision whose evidence is stored. Where the API server refuses a record, nothing may rest on it: the trial is an error, and all the
 * rest is decided as it would have been, the way back above all.
 */
export const sealed = async (world: World, deps: Dependencies): Promise<Decision> => {
  const decision = decide(world);
  let known = world;
  for (const record of decision.seal)
    await store(record, deps).catch((error: unknown) => {
      if (!(error instanceof ClusterError) || !REFUSED.includes(error.refusal)) throw error;
      deps.log.warn({ record: record.metadata.name, error: error.message }, "storing evidence");
      known = withoutEvidence(known, record, error.message);
    });
  return known === world ? decision : decide(known);
};

/** What is sealed already stays as it is; what grows is written over. */
const store = async (manifest: Manifest, { cluster }: Dependencies): Promise<void> => {
  const { apiVersion, kind, metadata } = manifest;
  const present = await cluster.read({
    apiVersion,
    kind,
    namespace: metadata.namespace ?? "",
    name: metadata.name,
  });
  if (!present?.immutable) await cluster.apply(manifest, { force: true });
};
