/** Names and shapes the operator and the agent share. No dependencies: both sides bundle it. */

export const AGENT_PROFILES = ["full", "lean", "sampled", "metrics"] as const;
export type AgentProfile = (typeof AGENT_PROFILES)[number];

/** `config.json`, beside `agent.cjs` in the same immutable ConfigMap. */
export interface AgentConfig {
  profile: AgentProfile;
  /** OTLP/HTTP base address; `/v1/traces` and `/v1/metrics` are appended. */
  endpoint: string;
  service: { name: string; namespace: string };
  /** Share of new traces that profile `sampled` records. */
  sampleRatio: number;
  /** Of requests profile `sampled` does not sample, those that fail or take at least this long leave their own span. */
  slowMs: number;
  /** Baggage entries that become span attributes. */
  baggage: string[];
  /** Environment variable the agent sets once it is up, so that the old emitter stays silent. */
  legacyOff: { name: string; value: string } | null;
  metricIntervalMs: number;
  flushIntervalMs: number;
  /** CPU the agent may cost at run time, in per cent of the application's; above it, it leaves things out. 0: no limit. */
  budgetPercent: number;
  /** Where profile `full` finds its SDK; FULL_PATH when absent. */
  fullPath?: string;
}

export const AGENT_PATH = "/flashcard-otel";
export const AGENT_FILE = "agent.cjs";
export const CONFIG_FILE = "config.json";
export const FULL_PATH = "/flashcard-otel-full";
export const FULL_FILE = "full.cjs";

/** Set by the webhook (downward API) and, on twins, by the operator. */
export const AGENT_ENV = {
  podName: "FLASHCARD_OTEL_POD_NAME",
  podUid: "FLASHCARD_OTEL_POD_UID",
  nodeName: "FLASHCARD_OTEL_NODE_NAME",
  namespace: "FLASHCARD_OTEL_NAMESPACE",
  trialToken: "FLASHCARD_OTEL_TRIAL_TOKEN",
  /** Outranks `budgetPercent`. */
  budgetPercent: "FLASHCARD_OTEL_BUDGET_PERCENT",
  /** Comes back below this part of the budget, 0 to 1. */
  budgetReturn: "FLASHCARD_OTEL_BUDGET_RETURN",
  /** Seconds it must have been cheap before something comes back. */
  budgetHold: "FLASHCARD_OTEL_BUDGET_HOLD_SECONDS",
} as const;

/**
 * Attributes that profiles lean, sampled and metrics put on spans (docs/telemetry.md), and how many values each may have: a set that
 * does not grow, or as many as there are requests.
 */
export const SPAN_ATTRIBUTES: Readonly<Record<string, "few" | "many">> = {
  "http.request.method": "few",
  "http.request.method_original": "many",
  "http.response.status_code": "few",
  "http.route": "few",
  "url.scheme": "few",
  "url.path": "many",
  "url.full": "many",
  "server.address": "few",
  "server.port": "few",
  "error.type": "few",
  "db.system.name": "few",
  "db.namespace": "few",
  "db.operation.name": "few",
  "db.collection.name": "few",
  "db.query.summary": "few",
  "db.response.status_code": "few",
  "messaging.system": "few",
  "messaging.destination.name": "few",
  "messaging.operation.name": "few",
  "messaging.operation.type": "few",
  "messaging.message.id": "many",
  "messaging.batch.message_count": "many",
  "gen_ai.operation.name": "few",
  "gen_ai.provider.name": "few",
  "gen_ai.request.model": "few",
  "gen_ai.request.temperature": "many",
  "gen_ai.request.top_p": "many",
  "gen_ai.request.max_tokens": "many",
  "gen_ai.response.id": "many",
  "gen_ai.response.model": "few",
  "gen_ai.response.finish_reasons": "few",
  "gen_ai.usage.input_tokens": "many",
  "gen_ai.usage.output_tokens": "many",
};

/** `<token>;on`, `<token>;off` or `<token>;off;flush` on every item of a trial. */
export const TRIAL_HEADER = "flashcard-otel-trial";
