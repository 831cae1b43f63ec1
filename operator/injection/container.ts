/** The container that gets the agent, always by name: another webhook may put its own in front. Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import type { ComponentSpec } from "../migration/schema.ts";
import type { DeploymentSpec } from "./pod.ts";

export const containerName = (
  deployment: Manifest,
  { target }: ComponentSpec,
): string | undefined =>
  target.container ?? (deployment.spec as DeploymentSpec).template.spec.containers[0]?.name;
