/** What a trial attempt looks like on the cluster, and what its evidence says so far. */
import type { Control } from "@flashcard-otel/verdict/control.ts";
import { judgeTrial } from "@flashcard-otel/verdict/trial.ts";
import { parseEvidence } from "@flashcard-otel/verdict/evidence.ts";
import type { Manifest } from "../cluster/cluster.ts";
import { readLog } from "../cluster/readlog.ts";
import { nodeOf } from "../trial/node.ts";
import { trialNames, twins } from "../trial/twin.ts";
import { nameOf, RECORD } from "./evidence.ts";
import type { Dependencies, Inventory, Subject, TrialSubject } from "./observe.ts";
import { joined, nameOfPair } from "./pairs.ts";
import {
  briefly,
  type ComponentStatus,
  type Profile,
  type Spec,
  type TrialVerdict,
} from "./schema.ts";
import { tokenOf } from "./trial.ts";
import { observeNode } from "./trialnode.ts";
import type { TrialWorld } from "./types.ts";

export const observeTrial = async (
  subject: TrialSubject,
  deps: Pick<Dependencies, "cluster" | "settings" | "sources" | "now">,
): Promise<TrialWorld | undefined> => {
  const { migration, spec, status, inventory } = subject;
  if (!status?.attempt) return undefined;
  const names = trialNames(migration, spec, nameOfPair(status));
  const { job, jobPod } = loadNamed(names.job, inventory);
  const written = jobPod ? await readEvidence(jobPod, deps.cluster) : "";
  const evidence = joined(storedEvidence(subject, status.attempt), written, status.pair ?? 0);
  const plain = pod(inventory.pods, names.plain);
  const injected = pod(inventory.pods, names.injected);
  const node = await observeNode(subject, nodeOf(plain) ?? nodeOf(injected) ?? status.node, deps);
  const there = { plain, injected, node, job, jobPod };
  return {
    attempt: status.attempt,
    ...there,
    refused: isWhole(there) ? undefined : await refusal(subject, deps),
    evidence,
    verdict: evidence === "" ? undefined : judge(evidence, status, migration.spec.budget),
  };
};

/** Whoever waits for its node has no twins. */
const isWhole = ({ job, plain, injected, node }: Partial<TrialWorld>): boolean =>
  job !== undefined || (plain !== undefined && injected !== undefined) || node?.lease === "Taken";

const loadNamed = (name: string, { jobs, pods }: Inventory): Pick<TrialWorld, "job" | "jobPod"> => {
  const job = jobs.find(({ metadata }) => metadata.name === name);
  const jobPod = pods.find(({ metadata }) =>
    metadata.ownerReferences?.some(({ uid }) => uid === job?.metadata.uid),
  );
  return { job, jobPod };
};

/** Asked as a dry run of each twin that is missing; one that has only not been made yet is taken. */
const refusal = async (
  { migration, spec, status, deployment, inventory }: Subject,
  { cluster, settings, sources }: Pick<Dependencies, "cluster" | "settings" | "sources">,
): Promise<string | undefined> => {
  if (!deployment || !status) return undefined;
  const attempt = nameOfPair(status);
  const profile = status.profile ?? "Lean";
  const setting = { migration, spec, deployment, settings, sources, profile, attempt };
  const made = twins({ ...setting, token: tokenOf(attempt) });
  if ("refused" in made) return made.refused.message;
  const missing = made.manifests.filter(
    ({ kind, metadata }) => kind === "Pod" && !pod(inventory.pods, metadata.name),
  );
  try {
    for (const twin of missing) await cluster.create(twin, { dryRun: true });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/** What earlier pairs have left. */
const storedEvidence = ({ migration, spec, inventory }: Subject, attempt: string): string => {
  const name = nameOf(migration, spec.name, attempt);
  const record = inventory.configMaps.find(({ metadata }) => metadata.name === name);
  return record?.data?.[RECORD] ?? "";
};

const pod = (pods: Manifest[], name: string): Manifest | undefined =>
  pods.find(({ metadata }) => metadata.name === name);

/** Only whole lines that are evidence: k6's own words go past. */
export const readEvidence = async (
  { metadata }: Manifest,
  cluster: Pick<Dependencies["cluster"], "logs">,
): Promise<string> => {
  const { namespace = "", name } = metadata;
  const log = await readLog(cluster, { namespace, name, container: "k6" });
  const whole = log.slice(0, log.lastIndexOf("\n") + 1);
  return whole
    .split("\n")
    .filter((line) => line.startsWith('{"v":'))
    .map((line) => `${line}\n`)
    .join("");
};

/** What must have arrived before a profile's verdict counts. */
export const CONTROL: Record<Profile, Control> = {
  Full: "every",
  Lean: "every",
  Sampled: "every",
  Metrics: "metrics",
};

const judge = (evidence: string, status: ComponentStatus, budget: Spec["budget"]): TrialVerdict => {
  const profile: Profile = status.profile ?? "Lean";
  const parsed = parseEvidence(evidence, { attempt: status.attempt ?? "" });
  if ("damaged" in parsed) {
    return {
      verdict: "Error",
      reason: "EvidenceDamaged",
      message: parsed.damaged,
      profile,
      pairs: 0,
    };
  }
  return briefly({ profile, ...judgeTrial(parsed, budget, { control: CONTROL[profile] }) });
};
