/** The evidence of a trial attempt: the sealed record once it has ended, the load's log while it runs. */
import { createHash } from "node:crypto";
import { parseEvidence } from "@flashcard-otel/verdict/evidence.ts";
import type { Cluster } from "../../operator/cluster/cluster.ts";
import { componentIn } from "../../operator/migration/named.ts";
import { GROUP, type TrialVerdict } from "../../operator/migration/schema.ts";
import { CONTROL, readEvidence } from "../../operator/migration/trialworld.ts";
import type { Course, Migration } from "../facts.ts";
import { courseOf } from "./course.ts";

export interface Attempt {
  migration: Migration;
  component: string;
  /** Name of the record; empty for the attempt under way. */
  evidence: string;
}

type Doors = Pick<Cluster, "read" | "list" | "logs">;

const hashOf = (text: string): string =>
  `sha256:${createHash("sha256").update(text).digest("hex")}`;

const verdictOf = ({ migration, component, evidence }: Attempt): TrialVerdict | undefined =>
  componentIn(migration.status, component)?.verdicts.find(
    (verdict) => verdict.evidence === evidence,
  );

const recorded = async (attempt: Attempt, cluster: Doors): Promise<string> => {
  const record = await cluster.read({
    apiVersion: "v1",
    kind: "ConfigMap",
    namespace: attempt.migration.namespace,
    name: attempt.evidence,
  });
  return record?.data?.["evidence.jsonl"] ?? "";
};

const underWay = async ({ migration, component }: Attempt, cluster: Doors): Promise<string> => {
  const attempt = componentIn(migration.status, component)?.attempt;
  if (!attempt) return "";
  const [pod] = await cluster.list({
    apiVersion: "v1",
    kind: "Pod",
    namespace: migration.namespace,
    labels: `${GROUP}/attempt=${attempt},${GROUP}/role=load`,
  });
  return pod ? readEvidence(pod, cluster) : "";
};

const sealOf = (attempt: Attempt, text: string): Course["seal"] => {
  if (attempt.evidence === "") return "Open";
  return verdictOf(attempt)?.evidenceHash === hashOf(text) ? "Intact" : "Broken";
};

/** Only records that a verdict of the resource names can be asked for. Undefined while there is nothing to see. */
export const trialCourse = async (
  attempt: Attempt,
  cluster: Doors,
): Promise<Course | undefined> => {
  const known = verdictOf(attempt);
  if (!attempt.migration.spec || (attempt.evidence !== "" && !known)) return undefined;
  const text = await (attempt.evidence === "" ? underWay : recorded)(attempt, cluster);
  if (text === "") return undefined;
  const parsed = parseEvidence(text);
  if ("damaged" in parsed) throw new Error(parsed.damaged);
  const running = componentIn(attempt.migration.status, attempt.component);
  const profile = known?.profile ?? running?.profile ?? "Lean";
  return {
    ...courseOf(parsed, attempt.migration.spec.budget, CONTROL[profile]),
    seal: sealOf(attempt, text),
  };
};
