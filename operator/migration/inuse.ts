/** Which agents must stay. Pure. */
import type { Manifest } from "../cluster/cluster.ts";
import { hasCondition } from "../cluster/conditions.ts";
import { withTemplate } from "../injection/workload.ts";
import { isAlive } from "../rollout/pods.ts";
import type { Inventory } from "./observe.ts";

/** Agent configurations that some pod, or one that is still to come, needs to start: their ConfigMaps must stay. */
export const hashesIn = ({ pods, replicaSets, jobs, ...workloads }: Inventory): Set<string> => {
  const { deployments, statefulSets, cronJobs } = workloads;
  const annotations = [
    // Also while it has no pods: a CronJob between two runs, a workload that is scaled to zero.
    ...[...deployments, ...statefulSets, ...cronJobs].map((workload) =>
      templateAnnotations(withTemplate(workload)),
    ),
    ...pods.filter(isAlive).map(({ metadata }) => metadata.annotations ?? {}),
    ...jobs.filter((job) => !hasEnded(job)).map((job) => templateAnnotations(job)),
    // Not those that are scaled to nothing: when `kubectl rollout undo` goes back to one of them, the next look corrects the template.
    ...replicaSets
      .filter(({ spec }) => ((spec as { replicas?: number }).replicas ?? 0) > 0)
      .map((set) => templateAnnotations(set)),
  ];
  return new Set(
    annotations.flatMap((all) => HASH.exec(all["flashcard-otel.dev/agent"] ?? "")?.[1] ?? []),
  );
};

const hasEnded = (job: Manifest): boolean =>
  ["Complete", "Failed"].some((end) => hasCondition(job, end));

const templateAnnotations = ({ spec }: Manifest): Record<string, string> =>
  (spec as { template?: { metadata?: { annotations?: Record<string, string> } } }).template
    ?.metadata?.annotations ?? {};

const HASH = /(?:full|lean|sampled|metrics)@([0-9a-f]+)/;
