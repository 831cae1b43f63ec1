/** The services as child processes, as they run in their pods. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually, run, type Running } from "./processes.ts";
import { type Servers } from "./servers.ts";
import { freePort } from "../../tools/ports.ts";

export interface Service extends Running {
  url: string;
  metricsUrl: string;
}

const pipeline = dirname(dirname(fileURLToPath(import.meta.url)));

export type ServiceName = "mock-llm" | "llm-gateway" | "worker" | "ingest-api" | "archive";

/** All that were started, whether their test got as far as stopping them or not. */
const started: Running[] = [];

export const stopServices = async (): Promise<void> => {
  await Promise.all(started.splice(0).map((service) => service.stop("SIGKILL")));
};

/** Starts one service and waits until it is ready. */
export const startService = async (
  name: ServiceName,
  env: Record<string, string>,
): Promise<Service> => {
  const port = Number(env["PORT"] ?? (await freePort()));
  const metricsPort = await freePort();
  const ports = { PORT: String(port), METRICS_PORT: String(metricsPort) };
  const main = join(pipeline, name, "main.ts");
  const running = run(process.execPath, ["--disable-warning=ExperimentalWarning", main], {
    env: { PATH: process.env["PATH"], ...ports, DRAIN_MS: "100", ...env },
  });
  started.push(running);
  const url = `http://127.0.0.1:${port}`;
  await eventually(`${name} to be ready: ${running.output()}`, async () => {
    if (running.child.exitCode !== null) throw new Error(running.output());
    return (await fetch(`${url}/readyz`)).ok || undefined;
  });
  return { ...running, url, metricsUrl: `http://127.0.0.1:${metricsPort}/metrics` };
};

export interface Pipeline {
  mock: Service;
  gateway: Service;
  worker: Service;
  ingest: Service;
}

/** Quick retries, so that failures need no patience. */
const quick = {
  RETRY_BASE_MS: "10",
  RETRY_MAX_MS: "20",
  CLAIM_IDLE_MS: "900",
  RATE_LIMIT_PER_MINUTE: "600000",
};

export const startPipeline = async (
  servers: Servers,
  extra: Record<string, string> = {},
): Promise<Pipeline> => {
  const stores = {
    DATABASE_URL: servers.databaseUrl,
    REDIS_URL: servers.redisUrl,
    ...quick,
    ...extra,
  };
  const mock = await startService("mock-llm", { LATENCY_MS: "2", ...extra });
  const llm = { LLM_BASE_URL: `${mock.url}/v1`, OPENROUTER_API_KEY: "none" };
  const gateway = await startService("llm-gateway", { ...stores, ...llm });
  const ingest = await startService("ingest-api", stores);
  const worker = await startService("worker", { ...stores, GATEWAY_URL: gateway.url });
  return { mock, gateway, worker, ingest };
};
