import { beforeEach, describe, expect, test } from "@jest/globals";
import { Registry } from "prom-client";
import { type Monitor } from "../telemetry/monitor.ts";
import { createLegacyMonitor } from "./monitor.ts";
import { createLegacyMonitoring } from "./server.ts";

let registry: Registry;
let monitor: Monitor;

beforeEach(() => {
  registry = new Registry();
  monitor = createLegacyMonitor(registry);
});

const value = async (
  name: string,
  labels: Record<string, string> = {},
): Promise<number | undefined> => {
  const { values } = (await registry.getSingleMetric(name)?.get()) ?? { values: [] };
  const wanted = Object.entries(labels);
  return values.find((sample) =>
    wanted.every(([label, text]) => String(sample.labels[label] ?? "") === text),
  )?.value;
};

const total = async (name: string): Promise<number> => {
  const { values } = (await registry.getSingleMetric(name)?.get()) ?? { values: [] };
  return values.reduce((sum, sample) => sum + sample.value, 0);
};

const model = "@preset/nuance-creator";

describe("the legacy emitter", () => {
  test("one event is one increment: a failed call counts once among calls and once among errors", async () => {
    monitor.apiCall({ model, seconds: 1, errorType: "Api", status: 500 });
    monitor.apiCall({
      model,
      seconds: 1,
      usage: { inputTokens: 3, outputTokens: 4 },
      costUsd: 0.5,
    });
    expect(await value("flashcard_api_calls_total", { model, success: "false" })).toBe(1);
    expect(await value("flashcard_api_calls_total", { model, success: "true" })).toBe(1);
    expect(await value("flashcard_api_errors_total", { error_type: "Api" })).toBe(1);
    expect(await total("flashcard_api_errors_total")).toBe(1);
    expect(await value("flashcard_api_tokens_total", { success: "true" })).toBe(7);
    expect(await value("flashcard_api_cost_usd_total")).toBe(0.5);
  });

  test("durations are seconds", async () => {
    monitor.database({ operation: "SELECT", table: "flashcards", seconds: 0.004, rows: 3 });
    const { values } = (await registry
      .getSingleMetric("flashcard_database_operation_duration_seconds")
      ?.get()) ?? { values: [] };
    expect(values.find(({ labels }) => labels["le"] === 0.005)?.value).toBe(1);
    expect(values.find(({ labels }) => labels["le"] === 0.001)?.value).toBe(0);
  });

  test("values outside the closed sets become other: no word can become a series", async () => {
    monitor.apiCall({ model: "사과", seconds: 1 });
    monitor.database({ operation: "사과", table: "사과", seconds: 1, rows: 1 });
    monitor.limiter({ limiter: "사과", allowed: true });
    const text = await registry.metrics();
    expect(text).not.toMatch(/[가-힣]/);
    expect(text).toContain('flashcard_api_calls_total{model="other",success="true"} 1');
  });

  test("only look-ups hit or miss, and both are parts of the operations", async () => {
    monitor.cacheLookup({ hit: true, tokensSaved: 350 });
    monitor.cacheLookup({ hit: false });
    monitor.cacheStore();
    expect(await value("flashcard_cache_operations_total", { operation: "get", hit: "true" })).toBe(
      1,
    );
    expect(await value("flashcard_cache_operations_total", { operation: "set", hit: "" })).toBe(1);
    expect(await value("flashcard_cache_hits_total")).toBe(1);
    expect(await value("flashcard_cache_misses_total")).toBe(1);
  });

  test("a gauge is read when somebody looks", async () => {
    let bytes = 5;
    monitor.gauge("cacheSize", () => [{ value: bytes }]);
    bytes = 7;
    expect(await registry.metrics()).toContain("flashcard_cache_size_bytes 7");
  });

  test("a wrong value is dropped and counted and never throws into the pipeline", async () => {
    expect(() => monitor.apiCall({ model, seconds: "soon" as unknown as number })).not.toThrow();
    expect(() => monitor.stageRun({ stage: "stage1", seconds: 1, words: -1 })).not.toThrow();
    expect(await value("flashcard_monitoring_dropped_total", { event: "apiCall" })).toBe(1);
    expect(await value("flashcard_monitoring_dropped_total", { event: "stageRun" })).toBe(1);
  });
});

describe("the switch", () => {
  test("off is silent: nothing to scrape, no process metrics", async () => {
    expect(await createLegacyMonitoring(false).scrape()).toBeUndefined();
  });

  test("on answers the text format with the start of the process", async () => {
    const answer = await createLegacyMonitoring(true).scrape();
    expect(answer?.contentType).toContain("text/plain");
    expect(answer?.body).toMatch(/^process_start_time_seconds \d+/m);
  });
});
