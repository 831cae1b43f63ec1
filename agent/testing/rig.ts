/** Runs small real applications with the built agent in front, as the webhook does it: by NODE_OPTIONS. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { buildLean } from "../build.ts";
import type { AgentConfig } from "../contract.ts";

export interface AgentFolder {
  path: string;
  remove: () => Promise<void>;
}

let built: Promise<Buffer> | undefined;

/** Built once per suite and kept in memory: jest gives a suite no moment at which a file of it could be removed. */
async function agentSource(): Promise<Buffer> {
  built ??= (async () => {
    const folder = await mkdtemp(join(tmpdir(), "flashcard-agent-"));
    try {
      await buildLean(folder);
      return await readFile(join(folder, "agent.cjs"));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  })();
  return built;
}

export const config = (over: Partial<AgentConfig> = {}): AgentConfig => ({
  profile: "lean",
  endpoint: "http://127.0.0.1:9",
  service: { name: "app", namespace: "tests" },
  sampleRatio: 1,
  slowMs: 1000,
  baggage: ["batch.id"],
  legacyOff: null,
  metricIntervalMs: 200,
  flushIntervalMs: 100,
  budgetPercent: 0,
  ...over,
});

/** A folder as the ConfigMap mounts it; `text` replaces config.json, null leaves it out. */
export async function agentFolder(settings: AgentConfig | string | null): Promise<AgentFolder> {
  const path = await mkdtemp(join(tmpdir(), "flashcard-otel-"));
  await writeFile(join(path, "agent.cjs"), await agentSource());
  const text = typeof settings === "string" ? settings : JSON.stringify(settings);
  if (settings !== null) await writeFile(join(path, "config.json"), text);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

export interface Running {
  child: ChildProcess;
  out: () => string;
  err: () => string;
  /** Resolves with what follows `READY `. */
  ready: Promise<string>;
  ended: Promise<{ code: number | null; signal: string | null; out: string; err: string }>;
}

const apps = join(import.meta.dirname, "apps");

/** Without a folder the application runs plain. */
export function run(app: string, folder?: AgentFolder, env: Record<string, string> = {}): Running {
  const options =
    folder === undefined ? {} : { NODE_OPTIONS: `--require ${folder.path}/agent.cjs` };
  const child = spawn(process.execPath, [isAbsolute(app) ? app : join(apps, app)], {
    env: { PATH: process.env["PATH"] ?? "", ...options, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const ended = once(child, "close").then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
    out,
    err,
  }));
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on("data", () => {
      const found = /READY (.*)\n/.exec(out)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(({ err: text }) => reject(new Error(`ended before it was ready: ${text}`)));
  });
  ready.catch(() => undefined);
  return { child, out: () => out, err: () => err, ready, ended };
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** Telemetry arrives when it arrives; a deadline turns "never" into a failure. */
export async function until(condition: () => boolean, what: string, ms = 8000): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; await pause(20)) if (condition()) return;
  throw new Error(`waited ${ms} ms for ${what}`);
}
