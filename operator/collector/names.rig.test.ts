/** What Prometheus calls a metric depends on the way it came: the names of docs/collector.md, from real programs. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { eventually } from "../backends/testing/processes.ts";
import { type Rig, startRig } from "../backends/testing/rig.ts";
import { prometheus } from "../measurement/prometheus.ts";
import { collector } from "../migration/pipelines.ts";
import { sendMetrics, sendSpans } from "./testing/spans.ts";

let rig: Rig;

beforeAll(async () => {
  rig = await startRig({
    collectorFor: (metrics) =>
      collector.parse({
        spanMetrics: { dimensions: ["http.request.method"] },
        exporters: {
          scrape: true,
          remoteWrite: [{ name: "other", url: `${metrics}/api/v1/write` }],
        },
      }),
    prometheus: ["--web.enable-remote-write-receiver"],
  });
}, 900_000);
afterAll(() => rig?.stop(), 30_000);

const at = (): string => `${BigInt(Date.now()) * 1_000_000n}`;
const begun = `${BigInt(Date.now() - 60_000) * 1_000_000n}`;
const point = () => ({ startTimeUnixNano: begun, timeUnixNano: at(), asDouble: 3 });

const counter = (name: string, unit: string) => ({
  name,
  unit,
  sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [point()] },
});
const gauge = (name: string, unit: string) => ({ name, unit, gauge: { dataPoints: [point()] } });
const histogram = (name: string, unit: string) => {
  const counts = { count: "1", sum: 0.5, bucketCounts: ["1", "0"], explicitBounds: [1] };
  const dataPoints = [{ startTimeUnixNano: begun, timeUnixNano: at(), ...counts }];
  return { name, unit, histogram: { aggregationTemporality: 2, dataPoints } };
};

/** The rows of the table in docs/collector.md. */
const TABLE: [metric: object, name: string][] = [
  [counter("cache.operations", "{operation}"), "cache_operations_total"],
  [counter("api.cost", "USD"), "api_cost_USD_total"],
  [counter("network.io", "By"), "network_io_bytes_total"],
  [gauge("queue.depth", "{item}"), "queue_depth"],
  [gauge("pool.utilization", "1"), "pool_utilization_ratio"],
  [gauge("process.memory.usage", "By"), "process_memory_usage_bytes"],
  [histogram("http.server.request.duration", "s"), "http_server_request_duration_seconds_count"],
  [histogram("db.client.wait", "ms"), "db_client_wait_milliseconds_count"],
];

const NAMES = TABLE.map(([, name]) => name);

/** Series of these names that have, or have not, the label that only OTLP gives them. */
const found = async (way: string): Promise<string[]> => {
  const query = `count by (__name__) ({__name__=~"${NAMES.join("|")}",${way}})`;
  const samples = await prometheus(rig.metrics, fetch).query(query);
  return samples.map(({ labels }) => labels["__name__"] ?? "").toSorted();
};

const all = async (ask: () => Promise<string[]>): Promise<string[]> =>
  eventually("all names", async () => {
    const names = await ask();
    return names.length === NAMES.length ? names : undefined;
  });

const scraped = async (): Promise<string> => {
  const response = await fetch(`http://${rig.places.scrape}/metrics`);
  return response.text();
};

test("metrics have the same names by OTLP, by remote write and at the scrape endpoint", async () => {
  await sendMetrics(
    rig.collector,
    TABLE.map(([metric]) => metric),
  );
  const expected = NAMES.toSorted();
  // Of the two ways into Prometheus only OTLP promotes attributes of the resource.
  expect(await all(() => found('service_name="api"'))).toEqual(expected);
  expect(await all(() => found('service_name=""'))).toEqual(expected);
  const text = await scraped();
  expect(NAMES.filter((name) => new RegExp(`^${name}\\{`, "m").test(text)).toSorted()).toEqual(
    expected,
  );
});

test("spans are counted and timed per service, name, kind, outcome and wished attribute", async () => {
  const traceId = "0123456789abcdef0123456789abcdef";
  await sendSpans(rig.collector, [
    { traceId, name: "GET /cards", tookMs: 80 },
    { traceId, name: "GET /cards", tookMs: 80, failed: true },
  ]);
  const door = prometheus(rig.metrics, fetch);
  const query =
    'traces_span_metrics_calls_total{span_name="GET /cards",status_code="STATUS_CODE_ERROR"}';
  const [sample] = await eventually(
    "the span metrics",
    async () => {
      const samples = await door.query(`${query} > 0`);
      return samples.length > 0 ? samples : undefined;
    },
    60,
  );
  expect(sample).toMatchObject({
    value: 1,
    labels: {
      job: "api",
      service_name: "api",
      span_kind: "SPAN_KIND_SERVER",
      http_request_method: "GET",
    },
  });
  // Seconds, like all durations.
  const sum = await door.query(
    'sum(traces_span_metrics_duration_seconds_sum{span_name="GET /cards",service_name="api"})',
  );
  expect(sum[0]?.value).toBeGreaterThan(0.15);
}, 90_000);
