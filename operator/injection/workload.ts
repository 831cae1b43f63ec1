/** The smallest patch of a user's workload: what is not in it, and was ours, goes away when it is applied. Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import type { ComponentSpec } from "../migration/schema.ts";
import type { Migration } from "../migration/types.ts";
import { AGENT_ANNOTATION } from "./names.ts";
import type { DeploymentSpec } from "./pod.ts";

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

const MANAGER = "flashcard-otel";

interface ManagedField {
  manager: string;
  fieldsV1?: { "f:spec"?: Record<string, unknown> };
}

const managersOfSoak = ({ metadata }: Manifest): string[] =>
  ((metadata.managedFields ?? []) as ManagedField[])
    .filter(({ fieldsV1 }) => fieldsV1?.["f:spec"]?.["f:minReadySeconds"] !== undefined)
    .map(({ manager }) => manager);

/** Whether the user, or a tool of theirs, decides about minReadySeconds. */
export const hasOwnSoak = (deployment: Manifest): boolean =>
  managersOfSoak(deployment).some((manager) => manager !== MANAGER);

/** The soak we may set: none beside a value of the user's own, which preflight has found long enough. */
export const soakFor = (deployment: Manifest, seconds: number): number | undefined =>
  hasOwnSoak(deployment) ? undefined : seconds;

/** What we own of the workload now. */
export const oursOn = (deployment: Manifest): Ours => {
  const { minReadySeconds, template } = deployment.spec as DeploymentSpec;
  return {
    annotation: template.metadata?.annotations?.[AGENT_ANNOTATION],
    minReadySeconds: managersOfSoak(deployment).includes(MANAGER) ? minReadySeconds : undefined,
  };
};
