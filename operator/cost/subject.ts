/** The operator as its image runs it: the bundle, as a process, restarted when it ends as a kubelet would. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { environment as told } from "../crash/operator.ts";
import { until } from "../../e2e/kit/wait.ts";
import { buildOperator } from "../../tools/build.ts";
import { freePort } from "../../tools/ports.ts";

export interface Usage {
  /** Bytes after a full collection. */
  rss: number;
  heap: number;
  /** Of this process, since it began. */
  cpuSeconds: number;
}

interface Answer {
  memory: NodeJS.MemoryUsage;
  cpu: NodeJS.CpuUsage;
}

export interface Subject {
  usage: () => Promise<Usage>;
  /** What it tells Prometheus. */
  metrics: () => Promise<string>;
  restarts: () => number;
  stop: () => Promise<void>;
}

export const HOME = told.POD_NAMESPACE;

const environment = (folder: string, metrics: number, health: number): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  NODE_ENV: "production",
  KUBECONFIG: join(folder, "kubeconfig"),
  ...told,
  AGENT_FOLDER: join(folder, "operator"),
  K6_FOLDER: join(folder, "operator", "k6"),
  METRICS_PORT: String(metrics),
  HEALTH_PORT: String(health),
  LOG_LEVEL: "error",
});

export const startSubject = async (config: KubeConfig): Promise<Subject> => {
  const folder = await mkdtemp(join(tmpdir(), "flashcard-otel-cost-"));
  await buildOperator(join(folder, "operator"));
  await writeFile(join(folder, "kubeconfig"), config.exportConfig());
  const port = await freePort();
  const env = environment(folder, port, await freePort());
  let [restarts, stopping] = [0, false];
  const start = (): ChildProcess => {
    const begun = spawn(
      process.execPath,
      [
        "--expose-gc",
        `--import=${join(import.meta.dirname, "collect.ts")}`,
        join(folder, "operator", "operator.js"),
      ],
      { env, stdio: ["ignore", "inherit", "inherit", "ipc"] },
    );
    begun.once("exit", () => {
      if (stopping) return;
      restarts += 1;
      child = start();
    });
    return begun;
  };
  let child = start();
  const metrics = async (): Promise<string> =>
    (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  await until({ what: "the operator leads", seconds: 60, everyMs: 50 }, async () =>
    (await metrics()).includes("flashcard_otel_leader 1"),
  );
  return {
    metrics,
    usage: async () => {
      const answer = once(child, "message", { signal: AbortSignal.timeout(30_000) });
      child.send("collect");
      const [{ memory, cpu }] = (await answer) as [Answer];
      const cpuSeconds = (cpu.user + cpu.system) / 1e6;
      return { rss: memory.rss, heap: memory.heapUsed, cpuSeconds };
    },
    restarts: () => restarts,
    stop: async () => {
      stopping = true;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
};
