/** The smallest patch of a user's workload: what is not in it, and was ours, goes away when it is applied. Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import type { ComponentSpec } from "../migration/schema.ts";
import type { Migration } from "../migration/types.ts";
import { AGENT_ANNOTATION } from "./names.ts";
import type { DeploymentSpec, Template } from "./pod.ts";

/** What we own of a workload; all absent hands everything back. */
export interface Ours {
  annotation: string | undefined;
  minReadySeconds: number | undefined;
  /** Of a StatefulSet: pods from this ordinal on are renewed. */
  partition?: number | undefined;
  /** Of a Deployment: no further pods are replaced. */
  paused?: true | undefined;
}

export const workloadPatch = (
  { metadata: { namespace } }: Migration,
  { target }: ComponentSpec,
  ours: Ours,
): Manifest => {
  const template =
    ours.annotation === undefined
      ? {}
      : { template: { metadata: { annotations: { [AGENT_ANNOTATION]: ours.annotation } } } };
  const spec = target.kind === "CronJob" ? nested(template) : { ...template, ...pace(ours) };
  return {
    apiVersion: target.kind === "CronJob" ? "batch/v1" : "apps/v1",
    kind: target.kind,
    metadata: { name: target.name, namespace },
    ...(Object.keys(spec).length > 0 ? { spec } : {}),
  };
};

const nested = (template: object): object =>
  Object.keys(template).length === 0 ? {} : { jobTemplate: { spec: template } };

const pace = ({ minReadySeconds, partition, paused }: Ours): object => ({
  ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
  ...(paused === undefined ? {} : { paused }),
  ...(partition === undefined ? {} : { updateStrategy: { rollingUpdate: { partition } } }),
});

interface CronJobSpec {
  jobTemplate: { spec: { template: Template } };
}

/** A CronJob with its pod template where every other workload has it. */
export const withTemplate = (workload: Manifest): Manifest => {
  if (workload.kind !== "CronJob") return workload;
  const { jobTemplate, ...spec } = workload.spec as CronJobSpec;
  return { ...workload, spec: { ...spec, template: jobTemplate.spec.template } };
};

const soakOn = ({ spec }: Manifest): number => (spec as DeploymentSpec).minReadySeconds ?? 0;

/**
 * The soak to set. Beside another value there is none: it is the user's, which preflight has found long enough (an older
 * soak of ours goes away with this answer, and the next look sets the new one). An equal value is shared, and stays theirs.
 */
export const soakFor = (deployment: Manifest, seconds: number): number | undefined =>
  [0, seconds].includes(soakOn(deployment)) ? seconds : undefined;

/**
 * What of ours is on the workload now, as far as it can be told from the user's own; preflight allows no partition of theirs, and
 * no pause.
 */
export const oursOn = (deployment: Manifest, seconds: number): Ours => {
  const { template, updateStrategy, paused } = deployment.spec as DeploymentSpec;
  const annotation = template.metadata?.annotations?.[AGENT_ANNOTATION];
  return {
    annotation,
    minReadySeconds: soakOn(deployment) === seconds ? seconds : undefined,
    partition: updateStrategy?.rollingUpdate?.partition || undefined,
    paused: (annotation !== undefined && paused) || undefined,
  };
};
