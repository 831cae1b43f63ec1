/** How far the first step of a Deployment's rolling update goes, computed as the Deployment controller does. Pure. */
import type { DeploymentSpec } from "./pod.ts";

export const replicasOf = ({ replicas }: DeploymentSpec): number => replicas ?? 1;

const resolve = (
  value: number | string | undefined,
  replicas: number,
  round: (value: number) => number,
): number => {
  const given = value ?? "25%";
  return typeof given === "number" ? given : round((Number.parseFloat(given) / 100) * replicas);
};

/** Pods that may be there too many, and too few. */
export const roomOf = (
  { strategy }: DeploymentSpec,
  replicas: number,
): { surge: number; unavailable: number } => {
  const { maxSurge, maxUnavailable } = strategy?.rollingUpdate ?? {};
  const surge = resolve(maxSurge, replicas, Math.ceil);
  const unavailable = resolve(maxUnavailable, replicas, Math.floor);
  // Both zero would never move; the controller then takes one pod away.
  return { surge, unavailable: surge + unavailable === 0 ? 1 : Math.min(unavailable, replicas) };
};

/** Percent of all pods that the first step makes new ones. */
export const firstShare = (workload: DeploymentSpec): number => {
  const replicas = replicasOf(workload);
  if (replicas === 0) return 0;
  const { surge, unavailable } = roomOf(workload, replicas);
  return Math.min(100, Math.round(((surge + unavailable) / (replicas + surge)) * 100));
};
