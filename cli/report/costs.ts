/** What flashcard-otel itself costs in this cluster: CPU and memory of its programs, and what the dual run adds. */
import { metricsUrl } from "@flashcard-otel/operator/backends/endpoints.ts";
import { ClusterError, type Manifest } from "@flashcard-otel/operator/cluster/cluster.ts";
import { amountOf } from "@flashcard-otel/operator/injection/quantity.ts";
import { prometheus } from "@flashcard-otel/operator/measurement/prometheus.ts";
import type { Migration } from "@flashcard-otel/operator/migration/types.ts";
import type { Connection } from "../reach/connection.ts";

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

type Reader = Pick<Connection, "cluster" | "fetch">;

export const costsOf = async (migration: Migration, reader: Reader): Promise<Costs> => {
  const gaps: string[] = [];
  return {
    programs: await programsOf(migration, reader.cluster, gaps),
    dualRun: await dualRunOf(migration, reader.fetch, gaps),
    gaps,
  };
};

const OPERATOR = "app.kubernetes.io/name=flashcard-otel";

const programsOf = async (
  { metadata: { name, namespace } }: Migration,
  cluster: Reader["cluster"],
  gaps: string[],
): Promise<Cost[]> => {
  const metrics = (place: string, labels: string) =>
    cluster.list({
      apiVersion: "metrics.k8s.io/v1beta1",
      kind: "PodMetrics",
      namespace: place,
      labels,
    });
  try {
    const [own, theirs] = [
      await metrics("", OPERATOR),
      await metrics(namespace, `flashcard-otel.dev/migration=${name}`),
    ];
    const groups = Object.groupBy([...own, ...theirs], programOf);
    const costs = Object.entries(groups).map(([program, pods = []]) => sum(program, pods));
    if (costs.length === 0) gaps.push("CPU and memory: no figures of our pods yet");
    return costs.toSorted((one, other) => one.program.localeCompare(other.program));
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    gaps.push(
      error.refusal === "NotFound"
        ? "CPU and memory: the cluster has no metrics server (metrics.k8s.io)"
        : `CPU and memory: ${error.message}`,
    );
    return [];
  }
};

const programOf = ({ metadata }: Manifest): string =>
  metadata.labels?.["app.kubernetes.io/component"] ?? "other";

interface Usage {
  usage?: { cpu?: string; memory?: string };
}

const MIB = 2 ** 20;

const sum = (program: string, pods: Manifest[]): Cost => {
  const containers = pods.flatMap((pod) => (pod["containers"] ?? []) as Usage[]);
  const total = (of: "cpu" | "memory"): number =>
    containers.reduce((all, { usage }) => all + (amountOf(usage?.[of]) ?? 0), 0);
  return {
    program,
    pods: pods.length,
    cpuMillis: Math.round(total("cpu") * 1000),
    memoryMiB: Math.round(total("memory") / MIB),
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
