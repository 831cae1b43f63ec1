/** What is delivered into the pods: the agent and its configuration in one immutable ConfigMap, named by its content. Pure. */
import { createHash } from "node:crypto";
import { AGENT_FILE, AGENT_PROFILES, type AgentConfig, CONFIG_FILE } from "../../agent/contract.ts";
import type { Manifest } from "../cluster/cluster.ts";
import { owned } from "../migration/labels.ts";
import type { ComponentSpec, Profile } from "../migration/schema.ts";
import type { Migration } from "../migration/types.ts";
import { agentName } from "./names.ts";

export interface Delivery {
  profile: Profile;
  /** The agent silences the legacy emitter. */
  legacyOff: boolean;
  /** Text of agent.cjs. */
  agentSource: string;
  /** OTLP/HTTP; the migration's collector when absent. Trials send to a sink of their own. */
  endpoint?: string;
}

/** Share of traces that are recorded. */
export const RATIO: Record<Profile, number> = { Full: 1, Lean: 1, Sampled: 0.1, Metrics: 0 };

/** Longer than anybody waits for gladly. */
const SLOW_MS = 1000;

const LENGTH = 10;

export const collectorEndpoint = ({ metadata, spec }: Migration): string =>
  spec.backends.collector.externalEndpoint ??
  `http://${metadata.name}-collector.${metadata.namespace}.svc:4318`;

const profileOf = ({ profile }: Delivery): AgentConfig["profile"] =>
  AGENT_PROFILES.find((known) => known === profile.toLowerCase()) ?? "metrics";

/**
 * At run time every profile keeps to the budget. A trial has to know what a profile costs as it is, but for the last one: below it
 * there is only what it leaves out by itself.
 */
const budgetOf = ({ spec: { budget } }: Migration, { profile, endpoint }: Delivery): number => {
  const asItIs = endpoint !== undefined && profile !== "Metrics";
  return budget.enforce && !asItIs ? budget.cpuPercent : 0;
};

const configOf = (
  migration: Migration,
  component: ComponentSpec,
  delivery: Delivery,
): AgentConfig => ({
  profile: profileOf(delivery),
  endpoint: delivery.endpoint ?? collectorEndpoint(migration),
  service: { name: component.name, namespace: migration.metadata.namespace },
  sampleRatio: RATIO[delivery.profile],
  slowMs: SLOW_MS,
  baggage: migration.spec.baggage,
  legacyOff: (delivery.legacyOff ? component.legacyOff?.env : undefined) ?? null,
  metricIntervalMs: 10_000,
  // As the stock SDK. A flush has a price of its own, which a service that does little would pay every second for nothing.
  flushIntervalMs: 5000,
  budgetPercent: budgetOf(migration, delivery),
});

export const agentConfigMap = (
  migration: Migration,
  component: ComponentSpec,
  delivery: Delivery,
): { hash: string; manifest: Manifest } => {
  const config = JSON.stringify(configOf(migration, component, delivery), null, 2);
  const data = { [AGENT_FILE]: delivery.agentSource, [CONFIG_FILE]: config };
  // The separator cannot occur in either text, so no two contents share a hash by moving the border.
  const content = `${delivery.agentSource}\0${config}`;
  const hash = createHash("sha256").update(content).digest("hex").slice(0, LENGTH);
  return {
    hash,
    manifest: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        name: agentName(hash),
        namespace: migration.metadata.namespace,
        ...owned(migration, { component: component.name }),
      },
      immutable: true,
      data,
    },
  };
};
