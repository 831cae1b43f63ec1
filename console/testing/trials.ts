/** Trials for pictures and tests: evidence as a load would have written it, judged by the engine that judges real ones. */
import { createHash } from "node:crypto";
import { judgeTrial } from "@flashcard-otel/verdict/trial.ts";
import { number, rehearse, type Rehearsal, textOf } from "@flashcard-otel/verdict/rehearsal.ts";
import type { Manifest } from "../../operator/cluster/cluster.ts";
import { type Profile, specSchema, type TrialVerdict } from "../../operator/migration/schema.ts";

export interface Trial {
  text: string;
  verdict: TrialVerdict;
  record: Manifest;
}

export interface Played {
  namespace: string;
  migration: string;
  component: string;
  profile: Profile;
  attempt: string;
  course: Partial<Rehearsal>;
}

const budget = specSchema.shape.budget.parse({});

export const trial = (played: Played): Trial => {
  const { namespace, migration, component, profile, attempt, course } = played;
  const lines = number(rehearse(course), attempt);
  const text = textOf(lines);
  const judged = judgeTrial({ attempt, lines, truncated: false }, budget);
  const { verdict, reason, message, pairs } = judged;
  const evidence = `${migration}-evidence-${component}-${attempt}`;
  return {
    text,
    verdict: {
      verdict,
      reason,
      message,
      pairs,
      profile,
      evidence,
      evidenceHash: `sha256:${createHash("sha256").update(text).digest("hex")}`,
      ...numbers(judged),
    },
    record: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: evidence, namespace },
      immutable: true,
      data: { "evidence.jsonl": text },
    },
  };
};

const NUMBERS = [
  "estimatePercent",
  "lowerPercent",
  "upperPercent",
  "forecastPairs",
  "guardPercent",
  "cpuMicrosPerItem",
  "spansPerItem",
] as const;

const numbers = (judged: ReturnType<typeof judgeTrial>): Partial<TrialVerdict> =>
  Object.fromEntries(
    NUMBERS.flatMap((name) => (judged[name] === undefined ? [] : [[name, judged[name]]])),
  );
