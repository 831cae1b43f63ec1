/** `config.json` and the environment, read once at start. */
import { AGENT_ENV, AGENT_PROFILES, type AgentConfig } from "../contract.ts";
import type { Constants } from "./core/protobuf.ts";
import { instanceId } from "./instance.ts";
import type { Exporters } from "./export/outlet.ts";
import type { Budget } from "./governor/governor.ts";

type Environment = Record<string, string | undefined>;

export interface Settings extends AgentConfig {
  /** Empty outside a trial. */
  trialToken: string;
  headers: Record<string, string>;
  resource: Constants;
  /** Share of the traces that begin here; a caller's decision is always followed. */
  sampleRatio: number;
  /** What leaves the process. */
  signals: { spans: boolean; metrics: boolean; logs: boolean };
  /** Where to, by the path of the request. */
  exporters: Record<string, Exporters>;
  governor: Budget;
}

const METRIC_INTERVAL_MS = 10_000;
const FLUSH_INTERVAL_MS = 5000;
const SHORTEST_MS = 100;
const SLOW_MS = 1000;
/** What a timer of Node can hold; beyond it, Node warns and waits for a millisecond. */
const LONGEST_MS = 2 ** 31 - 1;

/** Throws with a sentence when the text is no configuration. */
export function parseConfig(text: string): AgentConfig {
  const given = JSON.parse(text) as Partial<AgentConfig> | null;
  if (typeof given !== "object" || given === null)
    throw new Error("the configuration is no object");
  const profile = AGENT_PROFILES.find((known) => known === given.profile);
  if (profile === undefined) throw new Error(`unknown profile ${JSON.stringify(given.profile)}`);
  if (typeof given.endpoint !== "string") throw new Error("the configuration has no endpoint");
  return { profile, endpoint: given.endpoint, ...optional(given) };
}

function optional(given: Partial<AgentConfig>): Omit<AgentConfig, "profile" | "endpoint"> {
  return {
    service: serviceOf(given.service),
    sampleRatio: ratio(given.sampleRatio),
    slowMs: interval(given.slowMs, SLOW_MS),
    baggage: Array.isArray(given.baggage) ? given.baggage.map(String) : [],
    legacyOff: typeof given.legacyOff?.name === "string" ? given.legacyOff : null,
    metricIntervalMs: interval(given.metricIntervalMs, METRIC_INTERVAL_MS),
    flushIntervalMs: interval(given.flushIntervalMs, FLUSH_INTERVAL_MS),
    budgetPercent: within(given.budgetPercent, 0, [0, 100]),
    ...(typeof given.fullPath === "string" ? { fullPath: given.fullPath } : {}),
  };
}

const serviceOf = (given: Partial<AgentConfig["service"]> | undefined): AgentConfig["service"] => ({
  name: given?.name || "unknown_service:node",
  namespace: given?.namespace || "",
});

const ratio = (value: unknown): number =>
  typeof value === "number" && value >= 0 && value <= 1 ? value : 1;

const interval = (value: unknown, fallback: number): number =>
  typeof value === "number" && value > 0
    ? Math.min(LONGEST_MS, Math.max(SHORTEST_MS, value))
    : fallback;

/** The user's own OTEL_* variables win over what the operator configured. */
export function settingsFrom(config: AgentConfig, env: Environment, process: Process): Settings {
  const traces = exportersIn(env["OTEL_TRACES_EXPORTER"]);
  const metrics = exportersIn(env["OTEL_METRICS_EXPORTER"]);
  const logs = exportersIn(env["OTEL_LOGS_EXPORTER"]);
  return {
    ...config,
    endpoint: env["OTEL_EXPORTER_OTLP_ENDPOINT"] || config.endpoint,
    flushIntervalMs: interval(Number(env["OTEL_BSP_SCHEDULE_DELAY"]), config.flushIntervalMs),
    metricIntervalMs: interval(Number(env["OTEL_METRIC_EXPORT_INTERVAL"]), config.metricIntervalMs),
    trialToken: env[AGENT_ENV.trialToken] ?? "",
    headers: keyValues(env["OTEL_EXPORTER_OTLP_HEADERS"]),
    resource: resource(config, env, process),
    sampleRatio: sampleRatio(config, env),
    governor: governor(config, env),
    signals: {
      spans: config.profile !== "metrics" && isAsked(traces),
      metrics: isAsked(metrics),
      logs: isAsked(logs),
    },
    exporters: { "/v1/traces": traces, "/v1/metrics": metrics, "/v1/logs": logs },
  };
}

const isAsked = ({ otlp, console }: Exporters): boolean => otlp || console;

/** `otlp`, `console`, both, or `none`. One that we do not have is no reason to lose a signal: it stands for OTLP. */
function exportersIn(text: string | undefined): Exporters {
  const names = (text ?? "").split(",").map((name) => name.trim());
  if (names.includes("none")) return { otlp: false, console: false };
  return {
    otlp: names.some((name) => name !== "console"),
    console: names.includes("console"),
  };
}

const RETURN = 0.6;
const HOLD_SECONDS = 60;

const governor = ({ budgetPercent }: AgentConfig, env: Environment): Budget => ({
  share: within(numberIn(env, AGENT_ENV.budgetPercent), budgetPercent, [0, 100]) / 100,
  returnAt: within(numberIn(env, AGENT_ENV.budgetReturn), RETURN, [0, 1]),
  holdMs: 1000 * within(numberIn(env, AGENT_ENV.budgetHold), HOLD_SECONDS, [1, 86_400]),
});

const numberIn = (env: Environment, name: string): number | undefined =>
  env[name] ? Number(env[name]) : undefined;

const within = (value: unknown, fallback: number, [least, most]: [number, number]): number =>
  typeof value === "number" && value >= least && value <= most ? value : fallback;

/** By `OTEL_TRACES_SAMPLER`; null means: as the argument says. */
const SAMPLERS: Record<string, number | null> = {
  always_on: 1,
  always_off: 0,
  traceidratio: null,
};

/** A sampler we do not know is no reason to lose traces: the profile decides. */
function sampleRatio({ profile, sampleRatio: given }: AgentConfig, env: Environment): number {
  const sampler = (env["OTEL_TRACES_SAMPLER"] ?? "").replace("parentbased_", "");
  const known = SAMPLERS[sampler];
  if (known === undefined) return profile === "sampled" ? given : 1;
  return known ?? ratio(Number(env["OTEL_TRACES_SAMPLER_ARG"] || 1));
}

export interface Process {
  pid: number;
  forked: boolean;
  /** When the pod has no uid. */
  instance: string;
  version: string;
}

function resource({ service }: AgentConfig, env: Environment, process: Process): Constants {
  const namespace = env[AGENT_ENV.namespace];
  const own: Constants = {
    "service.name": service.name,
    "service.namespace": service.namespace || undefined,
    "service.instance.id": instanceId(env[AGENT_ENV.podUid], process) || process.instance,
    "k8s.pod.name": env[AGENT_ENV.podName] || undefined,
    "k8s.namespace.name": namespace || undefined,
    "k8s.node.name": env[AGENT_ENV.nodeName] || undefined,
    "process.pid": process.pid,
    "telemetry.sdk.name": "flashcard-otel",
    "telemetry.sdk.language": "nodejs",
    "telemetry.sdk.version": process.version,
  };
  const name = env["OTEL_SERVICE_NAME"];
  return {
    ...own,
    ...keyValues(env["OTEL_RESOURCE_ATTRIBUTES"]),
    ...(name ? { "service.name": name } : {}),
  };
}

/** `key=value,key=value`, percent-encoded, as OTEL_RESOURCE_ATTRIBUTES and OTEL_EXPORTER_OTLP_HEADERS have it. */
export function keyValues(text: string | undefined): Record<string, string> {
  const found: Record<string, string> = {};
  for (const pair of (text ?? "").split(",")) {
    const equals = pair.indexOf("=");
    if (equals <= 0) continue;
    found[pair.slice(0, equals).trim()] = decoded(pair.slice(equals + 1).trim());
  }
  return found;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
