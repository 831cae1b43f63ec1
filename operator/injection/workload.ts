/** The smallest patch of a user's workload: what is not in it, and was ours, goes away when it is applied. Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import type { ComponentSpec } from "../migration/schema.ts";
import type { Migration } from "../migration/types.ts";
import { AGENT_ANNOTATION } from "./names.ts";

/** What we own of a workload; both absent hands everything back. */
export interface Ours {
  annotation: string | undefined;
  minReadySeconds: number | undefined;
}

export const workloadPatch = (
  { metadata: { namespace } }: Migration,
  { target }: ComponentSpec,
  { annotation, minReadySeconds }: Ours,
): Manifest => {
  const spec = {
    ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
    ...(annotation === undefined
      ? {}
      : { template: { metadata: { annotations: { [AGENT_ANNOTATION]: annotation } } } }),
  };
  return {
    apiVersion: "apps/v1",
    kind: target.kind,
    metadata: { name: target.name, namespace },
    ...(Object.keys(spec).length > 0 ? { spec } : {}),
  };
};
