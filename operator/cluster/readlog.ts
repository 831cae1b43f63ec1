import { type Cluster, ClusterError } from "./cluster.ts";

/**
 * What a container has written so far, empty while nobody can say. Logs come from kubelets: one that is away must keep nobody from
 * going back, and what it holds is read when it has returned.
 */
export const readLog = async (
  cluster: Pick<Cluster, "logs">,
  container: Parameters<Cluster["logs"]>[0],
): Promise<string> => {
  try {
    return (await cluster.logs(container)) ?? "";
  } catch (error) {
    if (error instanceof ClusterError && error.refusal === "Unavailable") return "";
    throw error;
  }
};
