/** Entry of agent.cjs. The only file that reads the environment; whatever happens here, the application starts. */
import { randomUUID } from "node:crypto";
import { readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import { CONFIG_FILE, FULL_FILE, FULL_PATH, type AgentConfig } from "../contract.ts";
import { alreadyRegistered } from "./api/register.ts";
import { reportTo } from "./core/guard.ts";
import { stepBack } from "./core/switch.ts";
import { inertReason } from "./inert.ts";
import { isForked } from "./instance.ts";
import { parseConfig, settingsFrom } from "./settings.ts";
import { start } from "./start.ts";

declare const AGENT_VERSION: string;

const LOADED = Symbol.for("flashcard-otel.agent");

const STDERR = 2;

/** One line, whatever the message. Not by `process.stderr`: its failures arrive later, as uncaught exceptions of the application. */
function say(message: string): void {
  try {
    writeSync(STDERR, `flashcard-otel: ${message.replace(/\s*\n\s*/g, " ")}\n`);
  } catch {
    // A stderr that is closed or full is the application's business.
  }
}

function reasonToStayInert() {
  const { env } = process;
  return inertReason({
    nodeVersion: process.version,
    mainThread: isMainThread,
    script: process.argv[1],
    flags: [...process.execArgv, env["NODE_OPTIONS"] ?? ""],
    sdkDisabled: env["OTEL_SDK_DISABLED"]?.trim().toLowerCase() === "true",
    registered: alreadyRegistered(),
  });
}

/** The stock SDK is too big for a ConfigMap; it lies on a volume of its own. */
function startFull(config: AgentConfig): void {
  const file = join(config.fullPath ?? FULL_PATH, FULL_FILE);
  const full = require(file) as { startFull: (config: AgentConfig) => void };
  full.startFull(config);
}

function run(): void {
  const global = globalThis as Record<symbol, unknown>;
  if (global[LOADED] === true) return;
  global[LOADED] = true;
  const reason = reasonToStayInert();
  if (reason !== undefined) {
    if (reason.said) say(`inert: ${reason.message}`);
    return;
  }
  reportTo(say);
  const config = parseConfig(readFileSync(join(__dirname, CONFIG_FILE), "utf8"));
  const identity = {
    pid: process.pid,
    forked: isForked(process),
    instance: randomUUID(),
    version: AGENT_VERSION,
  };
  if (config.profile === "full") startFull(config);
  else start(settingsFrom(config, process.env, identity), say);
  // Only now: an agent that failed to start must not have silenced the old monitoring.
  if (config.legacyOff !== null) process.env[config.legacyOff.name] = config.legacyOff.value;
}

try {
  run();
} catch (error) {
  // Some of it may have started.
  stepBack();
  say(`inert: ${(error as Error).message}`);
}
