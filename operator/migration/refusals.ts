/** What speaks against touching a workload: the questions of preflight, and a dry run through the API server. */
import { annotationValue } from "../injection/annotation.ts";
import { dryRunPod, dryRunRefusal } from "../injection/dryrun.ts";
import { containerName } from "../injection/container.ts";
import { preflight } from "../injection/preflight.ts";
import { type Outgoing, outgoingOfTwins } from "../trial/outgoing.ts";
import { twins } from "../trial/twin.ts";
import type { Dependencies, Subject } from "./observe.ts";
import type { ComponentSpec } from "./schema.ts";
import { isTried } from "./trial.ts";

type Refusal = { reason: string; message: string };

/** Any hash will do: the volume's ConfigMap is looked for by the kubelet, not at admission. */
const PROBE_HASH = "0000000000";

interface Preflight {
  /** Empty when nothing speaks against it. */
  refusals: Refusal[];
  /** Whom the items of the trial may call; undefined where there is none, or its twins cannot be made. */
  outgoing: Outgoing[] | undefined;
}

type Doors = Pick<Dependencies, "cluster" | "settings" | "sources">;

export const observePreflight = async (subject: Subject, deps: Doors): Promise<Preflight> => {
  const { refusals, outgoing } = await trialAhead(subject, deps);
  const ofWorkload = await workloadRefusals(subject, deps);
  if (ofWorkload.length > 0 || !subject.deployment) return { refusals: ofWorkload, outgoing };
  return { refusals: [...refusals, ...(await dryRun(subject, deps))], outgoing };
};

const workloadRefusals = async (
  { migration, spec, deployment, inventory }: Subject,
  { cluster, settings: { images } }: Doors,
): Promise<Refusal[]> => {
  const { namespace } = migration.metadata;
  const [disruptionBudgets, autoscalers] = await Promise.all([
    cluster.list({ apiVersion: "policy/v1", kind: "PodDisruptionBudget", namespace }),
    cluster.list({ apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", namespace }),
  ]);
  const { pods } = inventory;
  return preflight({ spec, deployment, pods, disruptionBudgets, autoscalers, images }).refusals;
};

/** Twins that could not be built, and calls that nobody has allowed, are found here, not when the trial has begun. */
const trialAhead = async (subject: Subject, deps: Doors): Promise<Preflight> => {
  const made = twinsOf(subject, deps);
  if (!made || "refused" in made)
    return { refusals: made ? [made.refused] : [], outgoing: undefined };
  const { namespace } = subject.migration.metadata;
  const services = await deps.cluster.list({ apiVersion: "v1", kind: "Service", namespace });
  const outgoing = outgoingOfTwins(made.manifests, services);
  return { refusals: [callsOutside(subject.spec, outgoing) ?? []].flat(), outgoing };
};

const twinsOf = (
  { migration, spec, deployment }: Subject,
  { settings, sources }: Pick<Doors, "settings" | "sources">,
): ReturnType<typeof twins> | undefined => {
  if (!isTried(spec) || !deployment) return undefined;
  const setting = { migration, spec, deployment, settings, sources, profile: "Lean" as const };
  return twins({ ...setting, attempt: PROBE_HASH, token: PROBE_HASH });
};

/** What `trial.env` names was chosen for the trial, wherever it is. */
const callsOutside = ({ trial }: ComponentSpec, outgoing: Outgoing[]): Refusal | undefined => {
  const chosen = new Set(trial.env.map(({ name }) => name));
  const strangers = outgoing.filter(({ outside, variable }) => outside && !chosen.has(variable));
  if (trial.allowExternalCalls || strangers.length === 0) return undefined;
  const named = strangers.map(({ host, variable }) => `${host} (${variable})`).join(", ");
  return {
    reason: "ExternalCalls",
    message: `each of up to ${trial.maxItems} trial items may call hosts outside the cluster: ${named}; point the variables elsewhere with trial.env, or set trial.allowExternalCalls: true`,
  };
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
