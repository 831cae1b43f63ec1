/** What flashcard-otel itself costs in this cluster: CPU and memory of its programs, and what the dual run adds. */
import { metricsUrl } from "@flashcard-otel/operator/backends/endpoints.ts";
import { ClusterError } from "@flashcard-otel/operator/cluster/cluster.ts";
import { prometheus } from "@flashcard-otel/operator/measurement/prometheus.ts";
import type { Migration } from "@flashcard-otel/operator/migration/types.ts";
import type { Connection } from "../reach/connection.ts";
import { type Usage, usageOf } from "./usage.ts";

export interface Cost {
  program: string;
  pods: number;
  cpuMillis: number;
  memoryMiB: number;
}

export interface DualRun {
  series?: number;
  spansPerSecond?: number;
  bytesPerSecond?: number;
}

export interface Costs {
  programs: Cost[];
  dualRun: DualRun;
  /** What is missing, and why. */
  gaps: string[];
}

type Reader = Pick<Connection, "cluster" | "fetch" | "kubelet">;

export const costsOf = async (migration: Migration, reader: Reader): Promise<Costs> => {
  const gaps: string[] = [];
  return {
    programs: await programsOf(migration, reader, gaps),
    dualRun: await dualRunOf(migration, reader.fetch, gaps),
    gaps,
  };
};

const OPERATOR = "app.kubernetes.io/name=flashcard-otel";

const programsOf = async (
  { metadata: { name, namespace } }: Migration,
  reader: Reader,
  gaps: string[],
): Promise<Cost[]> => {
  const ours = [
    { namespace: "", labels: OPERATOR },
    { namespace, labels: `flashcard-otel.dev/migration=${name}` },
  ];
  try {
    const used = await usageOf(ours, reader);
    if (!used) gaps.push(NOBODY);
    else if (used.length === 0) gaps.push("CPU and memory: no figures of our pods yet");
    const groups = Object.groupBy(used ?? [], programOf);
    const costs = Object.entries(groups).map(([program, pods = []]) => sum(program, pods));
    return costs.toSorted((one, other) => one.program.localeCompare(other.program));
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    gaps.push(`CPU and memory: ${error.message}`);
    return [];
  }
};

const NOBODY =
  "CPU and memory: the cluster has no metrics server (metrics.k8s.io), and you may not ask its kubelets (get nodes/proxy)";

const programOf = ({ labels }: Usage): string => labels["app.kubernetes.io/component"] ?? "other";

const MIB = 2 ** 20;

const sum = (program: string, pods: Usage[]): Cost => {
  const total = (of: "cpuCores" | "memoryBytes"): number =>
    pods.reduce((all, pod) => all + pod[of], 0);
  return {
    program,
    pods: pods.length,
    cpuMillis: Math.round(total("cpuCores") * 1000),
    memoryMiB: Math.round(total("memoryBytes") / MIB),
  };
};

/** Measured on the wire (docs/performance.md). */
const BYTES_PER_SPAN = 217;

const dualRunOf = async (
  migration: Migration,
  fetch: Reader["fetch"],
  gaps: string[],
): Promise<DualRun> => {
  const door = prometheus(metricsUrl(migration), fetch);
  const ask = async (expression: string): Promise<number | undefined> =>
    (await door.query(expression))[0]?.value;
  try {
    const series = await ask('count({k8s_pod_name=~".+"})');
    const spans = await ask("sum(rate(flashcard_otel_spans_total[5m]))");
    return {
      ...(series === undefined ? {} : { series }),
      ...(spans === undefined
        ? {}
        : { spansPerSecond: spans, bytesPerSecond: spans * BYTES_PER_SPAN }),
    };
  } catch (error) {
    gaps.push(`series and spans of the dual run: ${(error as Error).message}`);
    return {};
  }
};
