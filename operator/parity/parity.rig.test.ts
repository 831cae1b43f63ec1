/** An application that counts everything twice, on real backends: what is the same must match, every planted defect must be found. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { ParityRow } from "@flashcard-otel/verdict/paritymap.ts";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { isDeepStrictEqual } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { eventually, ports } from "../backends/testing/processes.ts";
import { type Rig, startRig } from "../backends/testing/rig.ts";
import { ask } from "../measurement/ask.ts";
import { type Prometheus, prometheus } from "../measurement/prometheus.ts";
import { compareRows } from "./compare.ts";

const BOUNDS = [0.01, 0.1, 0.5, 1];
const SECONDS = 34;
const WINDOW = 24;

/** The old side: prom-client, scraped. */
const registry = new Registry();
const registers = [registry];
const calls = new Counter({
  name: "old_calls_total",
  help: "-",
  labelNames: ["model", "success"],
  registers,
});
const duration = new Histogram({
  name: "old_duration_ms",
  help: "-",
  labelNames: ["model"],
  buckets: BOUNDS.map((bound) => bound * 1000),
  registers,
});
const size = new Gauge({ name: "old_size_bytes", help: "-", registers });
const never = new Counter({ name: "old_never_total", help: "-", registers });
never.inc(0);

/** The new side: what an agent would export. */
type Attributes = Record<string, string>;
const sums = new Map<string, { name: string; attributes: Attributes; value: number }>();
const add = (name: string, attributes: Attributes, value = 1): void => {
  const key = JSON.stringify([name, attributes]);
  const known = sums.get(key) ?? { name, attributes, value: 0 };
  sums.set(key, { ...known, value: known.value + value });
};
const histograms = new Map<
  string,
  { model: string; name: string; counts: number[]; sum: number }
>();
const record = (name: string, model: string, value: number): void => {
  const key = `${name} ${model}`;
  const known = histograms.get(key) ?? {
    name,
    model,
    counts: BOUNDS.map(() => 0).concat(0),
    sum: 0,
  };
  const bucket = BOUNDS.findIndex((bound) => value <= bound);
  const at = bucket < 0 ? BOUNDS.length : bucket;
  const counts = known.counts.map((count, index) => (index === at ? count + 1 : count));
  histograms.set(key, { ...known, counts, sum: known.sum + value });
};

let happened = 0;
let bytes = 1000;

const happen = (): void => {
  happened += 1;
  const model = happened % 3 === 0 ? "large" : "small";
  const success = happened % 11 !== 0;
  const seconds = Math.random() * 0.8;
  bytes += 1;
  calls.inc({ model, success: String(success) });
  duration.observe({ model }, seconds * 1000);
  size.set(bytes);
  const status = success ? "ok" : "error";
  add("new.calls", { model, status });
  if (happened % 5 !== 0) add("lossy.calls", { model, status });
  if (model === "small") add("partial.calls", { model, status });
  add("blind.calls", { status });
  add("double.calls", { model, status }, 2);
  record("new.duration", model, seconds);
  record("slow.duration", model, seconds * 1000);
};

const attributesOf = (values: Attributes) =>
  Object.entries(values).map(([key, value]) => ({ key, value: { stringValue: value } }));

const started = `${BigInt(Date.now()) * 1_000_000n}`;

const metricsNow = () => {
  const times = {
    startTimeUnixNano: started,
    timeUnixNano: `${BigInt(Date.now()) * 1_000_000n}`,
  };
  const numbers = [...sums.values()].map(({ name, attributes, value }) => ({
    name,
    sum: {
      aggregationTemporality: 2,
      isMonotonic: true,
      dataPoints: [{ ...times, asDouble: value, attributes: attributesOf(attributes) }],
    },
  }));
  const shapes = [...histograms.values()].map(({ name, model, counts, sum }) => ({
    name,
    unit: "s",
    histogram: {
      aggregationTemporality: 2,
      dataPoints: [
        {
          ...times,
          sum,
          count: String(counts.reduce((total, count) => total + count, 0)),
          bucketCounts: counts.map(String),
          explicitBounds: BOUNDS,
          attributes: attributesOf({ model }),
        },
      ],
    },
  }));
  const gauge = (name: string, value: number) => ({
    name,
    unit: "By",
    gauge: { dataPoints: [{ ...times, asDouble: value, attributes: [] }] },
  });
  return [...numbers, ...shapes, gauge("new.size", bytes), gauge("stale.size", 1000)];
};

const exportOnce = (rig: Rig): Promise<unknown> => {
  const resource = {
    attributes: attributesOf({ "service.name": "app", "service.instance.id": "app-1" }),
  };
  const json = { resourceMetrics: [{ resource, scopeMetrics: [{ metrics: metricsNow() }] }] };
  return ask({ who: "the collector", url: `${rig.collector}/v1/metrics`, json }, fetch);
};

const common = { path: "otlp", tolerancePercent: 5, unitFactor: 1 } as const;
const call = (row: string, otel: string): ParityRow => ({
  ...common,
  row,
  otel,
  legacy: "old_calls_total",
  kind: "counter",
  labels: { model: "model", success: "status" },
  values: { success: { true: "ok", false: "error" } },
});
const timer = (row: string, otel: string): ParityRow => ({
  ...common,
  row,
  otel,
  legacy: "old_duration_ms",
  kind: "histogram",
  unitFactor: 0.001,
  labels: { model: "model" },
});
const level = (row: string, otel: string): ParityRow => ({
  ...common,
  row,
  otel,
  legacy: "old_size_bytes",
  kind: "gauge",
  tolerancePercent: 1,
  labels: {},
});

const rows: Record<string, ParityRow> = {
  Match: call("calls", "new_calls_total"),
  "Match ": timer("duration", "new_duration_seconds"),
  "Match  ": level("size", "new_size_bytes"),
  Exceeds: {
    ...call("calls with more labels", "new_calls_total"),
    labels: { success: "status" },
  },
  Differs: call("renamed", "other_calls_total"),
  "Differs ": call("one in five lost", "lossy_calls_total"),
  "Differs  ": call("a label value lost", "partial_calls_total"),
  "Differs   ": call("a label lost", "blind_calls_total"),
  "Differs    ": call("counted twice", "double_calls_total"),
  "Differs     ": timer("milliseconds for seconds", "slow_duration_seconds"),
  "Differs      ": level("stale gauge", "stale_size_bytes"),
  NoEvidence: {
    ...call("nothing happened", "new_never_total"),
    legacy: "old_never_total",
    labels: {},
  },
};

let rig: Rig;
let server: Server;

beforeAll(async () => {
  server = createServer((_request, response) => {
    response.setHeader("content-type", registry.contentType);
    void registry.metrics().then((text) => response.end(text));
  });
  const [scraped = ""] = await ports(1);
  server.listen(Number(scraped.split(":")[1]), "127.0.0.1");
  await once(server, "listening");
  rig = await startRig({ scraped: [{ address: scraped }] });
}, 900_000);

afterAll(async () => {
  server?.close();
  await rig?.stop();
}, 30_000);

/** A window can be compared when both sides have a sample after its end. */
const bothTold = async (door: Prometheus, end: number): Promise<void> => {
  const range = { from: end - 2 * WINDOW, to: end + 60 };
  for (const series of ["old_calls_total", "new_calls_total"])
    await eventually(`a sample of ${series} after the window`, async () => {
      const [first] = await door.raw(series, range);
      return (first?.points.at(-1)?.at ?? 0) >= end || undefined;
    });
};

test("over a real window what is the same matches, and every planted defect is found in its row", async () => {
  const traffic = setInterval(happen, 40);
  const exporter = setInterval(() => void exportOnce(rig), 2000);
  await sleep(SECONDS * 1000);
  clearInterval(traffic);
  clearInterval(exporter);
  await exportOnce(rig);
  const door = prometheus(rig.metrics, fetch);
  const end = Math.floor(Date.now() / 1000) - 4;
  const window = { start: end - WINDOW, end };
  await bothTold(door, end);
  const { rows: found } = await compareRows(
    Object.values(rows),
    { legacy: door, otel: door },
    window,
  );
  const expected = Object.entries(rows).map(([verdict, { row }]) => [row, verdict.trim()]);
  const messages = found
    .map(({ row, verdict, message }) => `${row}: ${verdict}, ${message}`)
    .join("\n");
  const got = found.map(({ row, verdict }) => [row, verdict]);
  if (!isDeepStrictEqual(got, expected)) throw new Error(`not as planted:\n${messages}`);
  expect(messages).toMatch(/a label value lost: .*model="large".* is absent/);
  expect(messages).toMatch(/counted twice: .*\+\d+\.\d %/);
}, 120_000);
