import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { eventually } from "./testing/processes.ts";
import { type Servers, startServers } from "./testing/servers.ts";
import {
  type Pipeline,
  type Service,
  startPipeline,
  startService,
  stopServices,
} from "./testing/services.ts";

interface Item {
  id: string;
  position: number;
  status: string;
  attempts: number;
}

interface Batch {
  status: string;
  total: number;
  done: number;
  failed: number;
  items: Item[];
}

let servers: Servers;
let pipeline: Pipeline;

beforeAll(async () => {
  servers = await startServers();
  pipeline = await startPipeline(servers);
}, 120_000);

afterAll(async () => {
  await stopServices();
  await servers?.stop();
}, 30_000);

const csv = (words: readonly (readonly [term: string, type: string])[]): string =>
  [
    "position,term,type",
    ...words.map(([term, type], index) => `${index + 1},${term},${type}`),
  ].join("\n");

const upload = async (
  body: string,
  query = "",
): Promise<{ status: number; body: Record<string, unknown> }> => {
  const response = await fetch(`${pipeline.ingest.url}/batches${query}`, {
    method: "POST",
    headers: { "content-type": "text/csv" },
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

const batchOf = async (id: unknown): Promise<Batch> =>
  (await (await fetch(`${pipeline.ingest.url}/batches/${String(id)}`)).json()) as Batch;

const statusOf = async (id: string): Promise<number> =>
  (await fetch(`${pipeline.ingest.url}/batches/${id}`)).status;

const ended = (id: unknown): Promise<Batch> =>
  eventually(`the end of batch ${String(id)}`, async () => {
    const batch = await batchOf(id);
    return batch.done + batch.failed >= batch.total ? batch : undefined;
  });

const postItem = (item: object, worker: Service = pipeline.worker): Promise<Response> =>
  fetch(`${worker.url}/items`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(item),
  });

/** Samples by metric name, histograms by their count. */
const scraped = async (service: Service): Promise<Map<string, number>> => {
  const text = await (await fetch(service.metricsUrl)).text();
  const sums = new Map<string, number>();
  for (const [, name, value] of text.matchAll(/^(\w+?)(?:_count)?(?:\{[^}]*\})? ([0-9.e+-]+)$/gm)) {
    sums.set(name ?? "", (sums.get(name ?? "") ?? 0) + Number(value));
  }
  return sums;
};

const SEVENTEEN = [
  "flashcard_api_calls_total",
  "flashcard_api_tokens_total",
  "flashcard_api_cost_usd_total",
  "flashcard_api_call_duration_seconds",
  "flashcard_api_errors_total",
  "flashcard_processing_batches_total",
  "flashcard_processing_words_total",
  "flashcard_processing_duration_seconds",
  "flashcard_processing_throughput_words_per_second",
  "flashcard_processing_errors_total",
  "flashcard_cache_operations_total",
  "flashcard_cache_hits_total",
  "flashcard_cache_misses_total",
  "flashcard_cache_size_bytes",
  "flashcard_database_operations_total",
  "flashcard_database_operation_duration_seconds",
  "flashcard_database_rows_affected",
];

describe("a batch through real stores", () => {
  /** Good words around one whose calls fail in stage 2: its second attempt finds stage 1 in the cache. */
  const words = Array.from("가나다라마바사아자차카타", (term) => [`${term}방`, "noun"] as const);
  let batch: Batch;
  let id: unknown;

  beforeAll(async () => {
    const answer = await upload(csv([...words, ["반오류", "noun"]]));
    id = answer.body["batchId"];
    batch = await ended(id);
  }, 60_000);

  test("the failing word is quarantined after three attempts and the others are done", () => {
    expect(batch).toMatchObject({ status: "partial", total: 13, done: 12, failed: 1 });
    expect(batch.items.at(-1)).toMatchObject({ status: "quarantined", attempts: 3 });
  });

  test("all 17 legacy metrics have a non-zero sample", async () => {
    const samples = await Promise.all(
      [pipeline.ingest, pipeline.worker, pipeline.gateway].map(scraped),
    );
    const missing = SEVENTEEN.filter(
      (name) => !samples.some((sample) => (sample.get(name) ?? 0) > 0),
    );
    expect(missing).toEqual([]);
  });

  test("every call is counted once: successes and failures add up to what the breaker saw", async () => {
    const sample = await scraped(pipeline.gateway);
    expect(sample.get("flashcard_api_calls_total")).toBe(
      sample.get("flashcard_circuit_breaker_calls_total"),
    );
    expect(sample.get("flashcard_api_calls_total")).toBe(
      sample.get("flashcard_api_call_duration_seconds"),
    );
  });

  test("no signal carries a word", async () => {
    const services = [pipeline.ingest, pipeline.worker, pipeline.gateway];
    const texts = await Promise.all(
      services.map(async ({ metricsUrl }) => (await fetch(metricsUrl)).text()),
    );
    for (const text of [...texts, ...services.map(({ output }) => output())])
      expect(text).not.toMatch(/[가-힣]/);
  });

  test("the export has nine columns and the cards in the order of the words", async () => {
    const text = await (
      await fetch(`${pipeline.ingest.url}/batches/${String(id)}/export.tsv`)
    ).text();
    const lines = text.trimEnd().split("\n");
    expect(lines).toHaveLength(1 + 12 * 3);
    expect(new Set(lines.map((line) => line.split("\t").length))).toEqual(new Set([9]));
    const positions = lines.slice(1).map((line) => Number(line.split("\t")[0]));
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
  });

  test("a quarantined word that is replayed after its cause is gone completes its batch", async () => {
    const item = { position: 13, term: "다시", type: "noun", itemId: batch.items.at(-1)?.id };
    expect((await postItem(item)).status).toBe(200);
    expect(await batchOf(id)).toMatchObject({ status: "completed", done: 13, failed: 0 });
  });
});

describe("uploads", () => {
  test("what cannot be used is reported by line, duplicates are counted, the rest is accepted", async () => {
    const { status, body } = await upload("term,pos\n사과,n\n사과,noun\n,v\n배,nonsense\n");
    expect(status).toBe(202);
    expect(body).toMatchObject({
      accepted: 1,
      duplicates: 1,
      errorCount: 2,
      errors: [{ line: 4 }, { line: 5 }],
    });
    await ended(body["batchId"]);
  });

  test("a file without the required columns is refused with a sentence", async () => {
    const { status, body } = await upload("a,b\n1,2\n");
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: { type: "Ingress", message: expect.stringContaining("term, pos") },
    });
  });

  test("a form with a file is an upload too", async () => {
    const form = new FormData();
    form.set("file", new File(["term\ttype\n포도\tn\n"], "words.tsv"));
    const response = await fetch(`${pipeline.ingest.url}/batches`, { method: "POST", body: form });
    expect(await response.json()).toMatchObject({ accepted: 1 });
  });

  test("an unknown batch is not found, and no id is an error of the caller", async () => {
    expect(await statusOf("3a6de1bf-529e-40c1-bffc-d2d54d693406")).toBe(404);
    expect(await statusOf("nonsense")).toBe(400);
  });
});

describe("single items", () => {
  test("an item comes back with its rows, the second time from the cache", async () => {
    const item = { position: 1, term: "하늘", type: "noun" };
    expect(await (await postItem(item)).json()).toMatchObject({
      rows: [{ term: "하늘" }, {}, {}],
      cached_stage1: false,
    });
    expect(await (await postItem(item)).json()).toMatchObject({
      cached_stage1: true,
      cached_stage2: true,
    });
  });

  test("an item that fails is an error to who asked, and is not tried again", async () => {
    const response = await postItem({ position: 1, term: "깨짐", type: "noun" });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { type: "Parsing" } });
  });
});

const workerEnv = (): Record<string, string> => ({
  DATABASE_URL: servers.databaseUrl,
  REDIS_URL: servers.redisUrl,
  GATEWAY_URL: pipeline.gateway.url,
  CLAIM_IDLE_MS: "900",
});

const slowly = async (latencyMs: number): Promise<void> => {
  await fetch(`${pipeline.mock.url}/admin`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ latencyMs }),
  });
};

const uploadTo = async (ingest: Service, body: string): Promise<{ batchId: string }> => {
  const headers = { "content-type": "text/csv" };
  const response = await fetch(`${ingest.url}/batches`, { method: "POST", headers, body });
  return (await response.json()) as { batchId: string };
};

/** How many consumers hold messages that are not finished: the dead among them, until somebody takes over. */
const holders = async (): Promise<number> => {
  const redis = new Redis(servers.redisUrl);
  try {
    const [, , , consumers] = await redis.xpending("flashcards:items", "workers");
    return Array.isArray(consumers) ? consumers.length : 0;
  } finally {
    redis.disconnect();
  }
};

const many = (letter: string): string =>
  csv(Array.from({ length: 40 }, (_, index) => [`${letter}${index}`, "noun"] as const));

const cardsOf = async (id: unknown): Promise<{ position: number; tab_name: string }[]> =>
  (await (await fetch(`${pipeline.ingest.url}/batches/${String(id)}/cards`)).json()) as {
    position: number;
    tab_name: string;
  }[];

const expectWhole = async (id: unknown): Promise<void> => {
  expect(await ended(id)).toMatchObject({ status: "completed", total: 40, done: 40, failed: 0 });
  const cards = await cardsOf(id);
  expect(cards).toHaveLength(120);
  expect(new Set(cards.map(({ position, tab_name }) => `${position} ${tab_name}`)).size).toBe(120);
};

describe("workers that die and stop", () => {
  test("a killed worker loses no item and doubles none", async () => {
    await slowly(150);
    const second = await startService("worker", workerEnv());
    const { body } = await upload(many("죽"));
    await eventually(
      "both workers to hold items",
      async () => (await holders()) === 2 || undefined,
    );
    await second.stop("SIGKILL");
    expect(await holders()).toBe(2);
    await expectWhole(body["batchId"]);
    await slowly(2);
  }, 60_000);

  test("a worker that is told to stop finishes what it holds and exits with 0", async () => {
    await slowly(150);
    const second = await startService("worker", workerEnv());
    const { body } = await upload(many("멈"));
    await eventually(
      "some work to be under way",
      async () => (await batchOf(body["batchId"])).done >= 3 || undefined,
    );
    const asked = postItem({ position: 1, term: "마지막", type: "noun" }, second);
    await eventually("the last request to arrive", async () => second.output() || undefined);
    expect(await second.stop("SIGTERM")).toBe(0);
    expect((await asked).status).toBe(200);
    await expectWhole(body["batchId"]);
    await slowly(2);
  }, 60_000);

  test("a gateway that dies and comes back fails no item: its callers wait", async () => {
    await slowly(150);
    const gatewayEnv = {
      REDIS_URL: servers.redisUrl,
      LLM_BASE_URL: `${pipeline.mock.url}/v1`,
      OPENROUTER_API_KEY: "none",
      RATE_LIMIT_PER_MINUTE: "600000",
    };
    const gateway = await startService("llm-gateway", gatewayEnv);
    const queue = { QUEUE_STREAM: "patient" };
    const ingest = await startService("ingest-api", { ...workerEnv(), ...queue });
    await startService("worker", { ...workerEnv(), ...queue, GATEWAY_URL: gateway.url });
    const { batchId } = await uploadTo(ingest, many("참"));
    await eventually(
      "some work to be done",
      async () => (await batchOf(batchId)).done >= 3 || undefined,
    );
    await gateway.stop("SIGKILL");
    await startService("llm-gateway", { ...gatewayEnv, PORT: new URL(gateway.url).port });
    await expectWhole(batchId);
    await slowly(2);
  }, 60_000);

  test("a queue that came back empty is filled again from the database", async () => {
    const ingest = await startService("ingest-api", {
      ...workerEnv(),
      QUEUE_STREAM: "lonely",
      SWEEP_MS: "200",
      SWEEP_PATIENCE_MS: "100",
    });
    const worker = await startService("worker", { ...workerEnv(), QUEUE_STREAM: "lonely" });
    await worker.stop("SIGKILL");
    const { batchId } = await uploadTo(ingest, many("빈"));
    const redis = new Redis(servers.redisUrl);
    await redis.flushall();
    redis.disconnect();
    const next = await startService("worker", { ...workerEnv(), QUEUE_STREAM: "lonely" });
    await expectWhole(batchId);
    await Promise.all([next.stop("SIGKILL"), ingest.stop("SIGKILL")]);
  }, 60_000);
});

describe("legacy monitoring switched off", () => {
  test("a scrape finds nothing and the service works as before", async () => {
    const gateway = await startService("llm-gateway", {
      REDIS_URL: servers.redisUrl,
      LLM_BASE_URL: `${pipeline.mock.url}/v1`,
      OPENROUTER_API_KEY: "none",
      LEGACY_MONITORING: "off",
    });
    expect((await fetch(gateway.metricsUrl)).status).toBe(404);
    const response = await fetch(`${gateway.url}/v1/stage1`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ position: 1, term: "꽃", type: "noun" }),
    });
    expect(response.status).toBe(200);
    expect(await gateway.stop("SIGTERM")).toBe(0);
  }, 30_000);
});
