/** Why the API server refuses to take the pods of a workload: a quota, a limit, an admission. Pure. */
import type { Manifest } from "../cluster/cluster.ts";

interface Status {
  conditions?: { type: string; status: string; message?: string }[];
}

/** Of a Deployment, which alone says so; undefined while its pods are taken. */
export const refusedPods = ({ status }: Manifest): string | undefined =>
  ((status ?? {}) as Status).conditions?.find(
    ({ type, status: is }) => type === "ReplicaFailure" && is === "True",
  )?.message;
