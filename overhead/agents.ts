/** What the instrumented arm has and the plain one has not. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AGENT_ENV, AGENT_FILE, type AgentConfig, CONFIG_FILE } from "../agent/contract.ts";

export interface Agent {
  name: string;
  /** It obeys the marks of a trial, so that single items can be switched off. */
  toggled: boolean;
  /** Starts the application with the agent; absent where the environment does. */
  command?: string;
  env: Record<string, string>;
}

/** Where the programs come from that are put before an application: the sources, or the bundle that carries them. */
export interface Files {
  /** Writes the lean agent into a folder. */
  lean: (folder: string) => Promise<unknown>;
  /** Writes the stock SDK into a folder. */
  full: (folder: string) => Promise<unknown>;
  /** Path of move.cjs, which may be written into the folder. */
  move: (folder: string) => Promise<string>;
}

/** The token makes an agent that can be toggled obey the marks. */
export const TOKEN_ENV: string = AGENT_ENV.trialToken;

/** `lean`, `stock` (the OpenTelemetry SDK with its auto-instrumentations), or a command that starts the application with another. */
export const agentOf = async (name: string, folder: string, files: Files): Promise<Agent> => {
  if (name !== "lean" && name !== "stock") return { name, toggled: false, command: name, env: {} };
  const full = join(folder, "full");
  if (name === "stock") await files.full(full);
  await files.lean(folder);
  const config: AgentConfig = {
    profile: name === "stock" ? "full" : "lean",
    // The environment names the sink of each process.
    endpoint: "http://127.0.0.1:4318",
    service: { name: "overhead", namespace: "" },
    sampleRatio: 1,
    slowMs: 1000,
    baggage: [],
    legacyOff: null,
    metricIntervalMs: METRIC_INTERVAL_MS,
    flushIntervalMs: FLUSH_INTERVAL_MS,
    // What it would cost is asked, not what is left of it once it leaves things out.
    budgetPercent: 0,
    fullPath: full,
  };
  await writeFile(join(folder, CONFIG_FILE), JSON.stringify(config));
  return {
    name,
    toggled: name === "lean",
    env: { NODE_OPTIONS: `--require ${join(folder, AGENT_FILE)}` },
  };
};

/** Items come faster here than in production: exports are as big as there when they are more frequent. */
const FLUSH_INTERVAL_MS = 1000;
const METRIC_INTERVAL_MS = 10_000;

/** The same for every agent that reads the variables of OpenTelemetry. */
export const exportingTo = (sink: string): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: sink,
  OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
  OTEL_BSP_SCHEDULE_DELAY: String(FLUSH_INTERVAL_MS),
  OTEL_METRIC_EXPORT_INTERVAL: String(METRIC_INTERVAL_MS),
});
