/** What a trial attempt looks like on the cluster, and what its evidence says so far. */
import type { Control } from "@flashcard-otel/verdict/control.ts";
import { judgeTrial } from "@flashcard-otel/verdict/trial.ts";
import { parseEvidence } from "@flashcard-otel/verdict/evidence.ts";
import type { Manifest } from "../cluster/cluster.ts";
import { trialNames } from "../trial/twin.ts";
import { nameOf, RECORD } from "./evidence.ts";
import type { Dependencies, Subject } from "./observe.ts";
import { joined, nameOfPair } from "./pairs.ts";
import {
  briefly,
  type ComponentStatus,
  type Profile,
  type Spec,
  type TrialVerdict,
} from "./schema.ts";
import type { TrialWorld } from "./types.ts";

export const observeTrial = async (
  subject: Subject,
  { cluster }: Dependencies,
): Promise<TrialWorld | undefined> => {
  const { migration, spec, status, inventory } = subject;
  if (!status?.attempt) return undefined;
  const names = trialNames(migration, spec, nameOfPair(status));
  const job = inventory.jobs.find(({ metadata }) => metadata.name === names.job);
  const jobPod = inventory.pods.find(({ metadata }) =>
    metadata.ownerReferences?.some(({ uid }) => uid === job?.metadata.uid),
  );
  const written = jobPod ? await readEvidence(jobPod, cluster) : "";
  const evidence = joined(storedEvidence(subject, status.attempt), written, status.pair ?? 0);
  return {
    attempt: status.attempt,
    plain: pod(inventory.pods, names.plain),
    injected: pod(inventory.pods, names.injected),
    job,
    jobPod,
    evidence,
    verdict: evidence === "" ? undefined : judge(evidence, status, migration.spec.budget),
  };
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
  const log = await cluster.logs({
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    container: "k6",
  });
  const whole = (log ?? "").slice(0, (log ?? "").lastIndexOf("\n") + 1);
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
