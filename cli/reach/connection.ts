/** A cluster as the command line sees it: with the user's own rights, and nothing listening. */
import type { Cluster } from "@flashcard-otel/operator/cluster/cluster.ts";
import type { OpenWatch } from "@flashcard-otel/operator/cluster/watch.ts";
import type { Fetch } from "@flashcard-otel/operator/measurement/ask.ts";

export interface Where {
  namespace?: string;
  context?: string;
  kubeconfig?: string;
}

export interface Right {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  namespace: string;
}

/** What a kubelet tells of the pods on its node. */
export interface Summary {
  pods: {
    podRef: { name: string; namespace: string };
    cpu?: { usageNanoCores?: number };
    memory?: { workingSetBytes?: number };
  }[];
}

export interface Connection {
  cluster: Cluster;
  /** Where objects are looked for. */
  namespace: string;
  context: string;
  /** Version of Kubernetes, as `v1.36.3`. */
  version: () => Promise<string>;
  /** Whether the user has a right; undefined where nobody says. */
  may: (right: Right) => Promise<boolean | undefined>;
  openWatch: OpenWatch;
  /** Asks a node's kubelet through the API server; undefined where the user may not (get nodes/proxy). */
  kubelet: (node: string) => Promise<Summary | undefined>;
  /** Reaches addresses inside the cluster (`http://NAME.NAMESPACE.svc:PORT/...`) through the API server, with the user's rights. */
  fetch: Fetch;
}
