/** What speaks against touching a workload: the questions of preflight, and a dry run through the API server. */
import { annotationValue } from "../injection/annotation.ts";
import { dryRunPod, dryRunRefusal } from "../injection/dryrun.ts";
import { containerName } from "../injection/container.ts";
import { preflight } from "../injection/preflight.ts";
import { isTried } from "./trial.ts";
import { twins } from "../trial/twin.ts";
import type { Dependencies, Subject } from "./observe.ts";

type Refusal = { reason: string; message: string };

/** Any hash will do: the volume's ConfigMap is looked for by the kubelet, not at admission. */
const PROBE_HASH = "0000000000";

export const observeRefusals = async (
  subject: Subject,
  deps: Pick<Dependencies, "cluster" | "settings" | "sources">,
): Promise<Refusal[]> => {
  const { migration, spec, deployment, inventory } = subject;
  const list = (apiVersion: string, kind: string) =>
    deps.cluster.list({ apiVersion, kind, namespace: migration.metadata.namespace });
  const [disruptionBudgets, autoscalers] = await Promise.all([
    list("policy/v1", "PodDisruptionBudget"),
    list("autoscaling/v2", "HorizontalPodAutoscaler"),
  ]);
  const { images } = deps.settings;
  const look = { spec, deployment, pods: inventory.pods, disruptionBudgets, autoscalers, images };
  const { refusals } = preflight(look);
  if (refusals.length > 0 || !deployment) return refusals;
  return [...trialRefusals(subject, deps), ...(await dryRun(subject, deps))];
};

/** Twins that could not be built are found here, not after the trial's deadline. */
const trialRefusals = (
  { migration, spec, deployment }: Subject,
  deps: Pick<Dependencies, "settings" | "sources">,
): Refusal[] => {
  if (!isTried(spec) || !deployment) return [];
  const { settings, sources } = deps;
  const setting = { migration, spec, deployment, settings, sources, profile: "Lean" as const };
  const made = twins({ ...setting, attempt: PROBE_HASH, token: PROBE_HASH });
  return "refused" in made ? [made.refused] : [];
};

/** Whether the webhook would inject a pod of this workload now; undefined when it would. */
export const observeWebhook = async (
  subject: Subject,
  deps: Dependencies,
): Promise<Refusal | undefined> => {
  const [refusal] = await dryRun(subject, deps);
  return refusal;
};

/** The exact pod that would be created must be admitted and come back injected, before a user's pod depends on it. */
const dryRun = async (
  { deployment, spec }: Subject,
  { cluster }: Pick<Dependencies, "cluster">,
): Promise<Refusal[]> => {
  if (!deployment) return [];
  const container = containerName(deployment, spec);
  const annotation = annotationValue({ profile: "Lean", hash: PROBE_HASH, container, repair: 0 });
  try {
    const answered = await cluster.create(dryRunPod(deployment, annotation), { dryRun: true });
    return [dryRunRefusal(answered) ?? []].flat();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [
      { reason: "PodRefused", message: `the API server refuses the injected pod: ${message}` },
    ];
  }
};
