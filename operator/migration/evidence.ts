/** The record of a trial: stored for ever, before the verdict that rests on it enters the status. Pure. */
import { createHash } from "node:crypto";
import type { Manifest } from "../cluster/cluster.ts";
import { owned } from "./labels.ts";
import { componentIn } from "./named.ts";
import type { ComponentStatus } from "./schema.ts";
import type { ComponentWorld, Migration, World } from "./types.ts";

/** Evidence stays when everything else of ours goes; it leaves with the resource. */
export const KEEP = "flashcard-otel.dev/keep";

/** The file in the record. */
export const RECORD = "evidence.jsonl";

export const nameOf = ({ metadata }: Migration, component: string, attempt: string): string =>
  `${metadata.name}-evidence-${component}-${attempt}`;

/** Where the evidence of the present attempt is stored and its sha256; empty while there is none. */
export const sealOf = (
  { migration }: World,
  { spec, trial }: ComponentWorld,
): { evidence?: string; evidenceHash?: string } => {
  if (!trial || trial.evidence === "") return {};
  return {
    evidence: nameOf(migration, spec.name, trial.attempt),
    evidenceHash: `sha256:${createHash("sha256").update(trial.evidence).digest("hex")}`,
  };
};

/** Sealed when the attempt has ended; between the pairs of one it still grows. */
const record = (
  { migration }: World,
  { spec, trial }: ComponentWorld,
  sealed: boolean,
): Manifest | undefined =>
  trial && trial.evidence !== ""
    ? {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: {
          name: nameOf(migration, spec.name, trial.attempt),
          namespace: migration.metadata.namespace,
          ...owned(migration, { component: spec.name, extra: { [KEEP]: "true" } }),
        },
        ...(sealed ? { immutable: true } : {}),
        data: { [RECORD]: trial.evidence },
      }
    : undefined;

/** Records of the attempts, and of the pairs of one, that end with this decision. */
export const seals = (world: World, components: ComponentStatus[]): Manifest[] =>
  world.components.flatMap((seen) => {
    if (!seen.trial) return [];
    const { name } = seen.spec;
    const before = componentIn(world.migration.status, name);
    const next = componentIn({ components }, name);
    const ended = next?.attempt !== seen.trial.attempt;
    return ended || next.pair !== before?.pair ? (record(world, seen, ended) ?? []) : [];
  });

/** As if the attempt whose record this is had ended with nothing to show but why its evidence could not be stored. */
export const withoutEvidence = (world: World, refused: Manifest, why: string): World => ({
  ...world,
  components: world.components.map((seen) => {
    const { trial, spec } = seen;
    if (!trial || nameOf(world.migration, spec.name, trial.attempt) !== refused.metadata.name)
      return seen;
    const message = `the evidence cannot be stored: ${why}`;
    const verdict = { verdict: "Error", reason: "EvidenceRefused", message, pairs: 0 } as const;
    const profile = componentIn(world.migration.status, spec.name)?.profile ?? "Lean";
    return { ...seen, trial: { ...trial, evidence: "", verdict: { ...verdict, profile } } };
  }),
});
