/** What pods use at this moment: from the metrics server, or, where there is none, from the kubelets, which few users may ask. */
import { ClusterError, type Manifest } from "@flashcard-otel/operator/cluster/cluster.ts";
import { amountOf } from "@flashcard-otel/operator/injection/quantity.ts";
import type { Connection } from "../reach/connection.ts";

export interface Usage {
  labels: Record<string, string>;
  cpuCores: number;
  /** Working set. */
  memoryBytes: number;
}

/** Pods with these labels; an empty namespace stands for all of them. */
export interface Pods {
  namespace: string;
  labels: string;
}

type Reader = Pick<Connection, "cluster" | "kubelet">;

/** Undefined when nobody whom the user may ask knows it. */
export const usageOf = async (pods: Pods[], reader: Reader): Promise<Usage[] | undefined> => {
  try {
    return await fromMetricsServer(pods, reader.cluster);
  } catch (error) {
    if (!(error instanceof ClusterError && error.refusal === "NotFound")) throw error;
    return fromKubelets(pods, reader);
  }
};

const listed = async (
  kind: { apiVersion: string; kind: string },
  pods: Pods[],
  cluster: Reader["cluster"],
): Promise<Manifest[]> => {
  const found: Manifest[] = [];
  for (const some of pods) found.push(...(await cluster.list({ ...kind, ...some })));
  return found;
};

interface Container {
  usage?: { cpu?: string; memory?: string };
}

const fromMetricsServer = async (pods: Pods[], cluster: Reader["cluster"]): Promise<Usage[]> => {
  const kind = { apiVersion: "metrics.k8s.io/v1beta1", kind: "PodMetrics" };
  return (await listed(kind, pods, cluster)).map(({ metadata, ...pod }) => {
    const containers = (pod["containers"] ?? []) as Container[];
    const total = (of: "cpu" | "memory"): number =>
      containers.reduce((all, { usage }) => all + (amountOf(usage?.[of]) ?? 0), 0);
    return {
      labels: metadata.labels ?? {},
      cpuCores: total("cpu"),
      memoryBytes: total("memory"),
    };
  });
};

const nodeOf = ({ spec }: Manifest): string => (spec as { nodeName?: string }).nodeName ?? "";

const fromKubelets = async (
  pods: Pods[],
  { cluster, kubelet }: Reader,
): Promise<Usage[] | undefined> => {
  const all = await listed({ apiVersion: "v1", kind: "Pod" }, pods, cluster);
  const labels = new Map(
    all.map(({ metadata }) => [`${metadata.namespace}/${metadata.name}`, metadata.labels ?? {}]),
  );
  const found: Usage[] = [];
  for (const node of new Set(all.map(nodeOf).filter((name) => name !== ""))) {
    const summary = await kubelet(node);
    if (!summary) return undefined;
    for (const { podRef, cpu, memory } of summary.pods) {
      const ours = labels.get(`${podRef.namespace}/${podRef.name}`);
      if (ours)
        found.push({
          labels: ours,
          cpuCores: (cpu?.usageNanoCores ?? 0) / 1e9,
          memoryBytes: memory?.workingSetBytes ?? 0,
        });
    }
  }
  return found;
};
