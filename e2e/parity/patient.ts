/** The sample pipeline as processes on loopback with the agent in front, as in its pods, under steady traffic. */
import { setTimeout as sleep } from "node:timers/promises";
import { AGENT_ENV } from "../../agent/contract.ts";
import { agentFolder, type AgentFolder, config } from "../../agent/testing/rig.ts";
import type { Scraped } from "../../operator/backends/testing/rig.ts";
import { type Service, startService, stopServices } from "../../pipeline/testing/services.ts";
import { startServers } from "../../pipeline/testing/servers.ts";

/** Instrumented; the model is somebody else's. */
export const SERVICES = ["llm-gateway", "ingest-api", "worker"] as const;
type Name = (typeof SERVICES)[number];

export interface Patient {
  /** Where the old metrics are. */
  scraped: Scraped[];
  /** What a service has written so far. */
  logOf: (service: string) => string;
  /** Runs something while nothing happens. */
  quietly: Traffic["quietly"];
}

/** `service.namespace` of what is exported, hence the first part of `job`. */
export const CLEAN = "clean";

const podOf = (service: string): string => `${service}-0`;

const QUICK = {
  RETRY_BASE_MS: "10",
  RETRY_MAX_MS: "20",
  RATE_LIMIT_PER_MINUTE: "600000",
};

/** `ends` is given what has to be ended, as it is started. */
export const startPatient = async (
  endpoint: string,
  ends: (() => Promise<unknown>)[],
): Promise<Patient> => {
  const servers = await startServers();
  const folders: AgentFolder[] = [];
  ends.push(async () => {
    await stopServices();
    await servers.stop();
    await Promise.all(folders.map((folder) => folder.remove()));
  });
  const instrumented = async (name: Name, env: Record<string, string>): Promise<Service> => {
    const settings = config({
      endpoint,
      service: { name, namespace: CLEAN },
      metricIntervalMs: 2000,
      flushIntervalMs: 2000,
    });
    const folder = await agentFolder(settings);
    folders.push(folder);
    return startService(name, {
      NODE_OPTIONS: `--require ${folder.path}/agent.cjs`,
      [AGENT_ENV.podName]: podOf(name),
      ...env,
    });
  };
  const stores = { DATABASE_URL: servers.databaseUrl, REDIS_URL: servers.redisUrl, ...QUICK };
  const mock = await startService("mock-llm", { LATENCY_MS: "2" });
  const model = { LLM_BASE_URL: `${mock.url}/v1`, OPENROUTER_API_KEY: "none" };
  const gateway = await instrumented("llm-gateway", { ...stores, ...model });
  const ingest = await instrumented("ingest-api", stores);
  const worker = await instrumented("worker", { ...stores, GATEWAY_URL: gateway.url });
  const services = { "llm-gateway": gateway, "ingest-api": ingest, worker };
  const traffic = keepUploading(ingest.url);
  ends.push(traffic.stop);
  return {
    quietly: traffic.quietly,
    scraped: Object.entries(services).map(([name, { metricsUrl }]) => ({
      address: new URL(metricsUrl).host,
      labels: { pod: podOf(name) },
    })),
    logOf: (service) => services[service as Name].output(),
  };
};

const WORDS = 20;
const BETWEEN_MS = 1000;
const SYLLABLES = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허";

/** As many different words as anybody needs, in letters that a word may have. */
const word = (number: number): string =>
  number === 0
    ? ""
    : word(Math.floor(number / SYLLABLES.length)) + (SYLLABLES[number % SYLLABLES.length] ?? "");

/** New words, some from before (cache hits), and in every second batch one that always fails. */
const batch = (number: number): string => {
  const fresh = Array.from({ length: WORDS - 5 }, (_, index) =>
    word(1000 + number * WORDS + index),
  );
  const again = Array.from({ length: 5 }, (_, index) =>
    word(1000 + Math.max(0, number - 2) * WORDS + index),
  );
  const failing = number % 2 === 0 ? [`반오류${word(1000 + number)}`] : [];
  const rows = [...fresh, ...again, ...failing].map((term, index) => `${index + 1},${term},noun`);
  return ["position,term,type", ...rows].join("\n");
};

interface Progress {
  total: number;
  done: number;
  failed: number;
}

const POLL_MS = 250;
const PATIENCE_MS = 30_000;

/** A queue that grows would say more about the machine than about the telemetry. */
const ended = async (url: string): Promise<void> => {
  for (const start = Date.now(); Date.now() < start + PATIENCE_MS; await sleep(POLL_MS)) {
    const { total, done, failed } = (await (await fetch(url)).json()) as Progress;
    if (done + failed >= total) return;
  }
};

const uploadOne = async (url: string, number: number): Promise<void> => {
  const headers = { "content-type": "text/csv" };
  const answer = await fetch(`${url}/batches`, { method: "POST", headers, body: batch(number) });
  const { batchId } = (await answer.json()) as { batchId: string };
  await ended(`${url}/batches/${batchId}`);
};

interface Traffic {
  quietly: <T>(work: () => Promise<T>) => Promise<T>;
  stop: () => Promise<void>;
}

const keepUploading = (url: string): Traffic => {
  const end = new AbortController();
  let number = 0;
  let present: Promise<unknown> = Promise.resolve();
  let pause: Promise<unknown> = Promise.resolve();
  const upload = async (): Promise<void> => {
    while (!end.signal.aborted) {
      await pause;
      number += 1;
      present = uploadOne(url, number).catch(() => undefined);
      await Promise.all([present, sleep(BETWEEN_MS)]);
    }
  };
  const uploading = upload();
  return {
    quietly: async (work) => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      pause = promise;
      await present;
      return work().finally(() => resolve(undefined));
    },
    stop: async () => {
      end.abort();
      await uploading;
    },
  };
};
