/** The controllers of CronJobs and Jobs: every change of a CronJob is followed by a run, and every Job ends at once. */
import type { Manifest } from "../cluster/cluster.ts";
import { withTemplate } from "../injection/workload.ts";
import { AGENT_ANNOTATION } from "../injection/names.ts";
import type { Template } from "../injection/pod.ts";
import { hashOf, type Life, ownerOf, owns, podOf, specOf, type Stock } from "./stock.ts";

export const schedule = async (cronJob: Manifest, stock: Stock, life: Life): Promise<void> => {
  const { template } = specOf(withTemplate(cronJob));
  const name = `${cronJob.metadata.name}-${hashOf(template)}`;
  if (stock.jobs.some(({ metadata }) => metadata.name === name)) return;
  const { namespace } = life;
  const metadata = { name, namespace, ...ownerOf(cronJob) };
  await life.cluster.create({ apiVersion: "batch/v1", kind: "Job", metadata, spec: { template } });
};

interface JobStatus {
  conditions?: unknown[];
}

export const finish = async (job: Manifest, stock: Stock, life: Life): Promise<void> => {
  if ((job.status as JobStatus).conditions) return;
  const { template } = job.spec as { template: Template };
  if (!stock.pods.some(owns(job)))
    await life.cluster.create(podOf(job, `${job.metadata.name}-0`, template));
  const asks = AGENT_ANNOTATION in (template.metadata?.annotations ?? {});
  const fails = asks && life.crashing.some((name) => job.metadata.name.startsWith(`${name}-`));
  await life.cluster.replaceStatus({ ...job, status: endOf(life.now, fails) });
};

/** Both conditions: the API server takes the second only with the first. */
const endOf = (now: Date, fails: boolean) => {
  const at = now.toISOString();
  const condition = (type: string) => ({
    type,
    status: "True",
    reason: "Planned",
    lastTransitionTime: at,
  });
  return fails
    ? { startTime: at, failed: 1, conditions: ["FailureTarget", "Failed"].map(condition) }
    : {
        startTime: at,
        completionTime: at,
        succeeded: 1,
        conditions: ["SuccessCriteriaMet", "Complete"].map(condition),
      };
};
