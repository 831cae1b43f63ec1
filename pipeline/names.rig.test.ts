/** Asks a real Prometheus what becomes of our names. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ensure, pathOf } from "../cluster/artefacts/ensure.ts";
import { settingsFrom } from "../cluster/settings.ts";
import { agentMetrics, otelMetrics } from "../dashboards/names.ts";
import { type Metric, prometheusName } from "../dashboards/translate.ts";
import { legacyNames } from "./legacy/instruments.ts";
import { eventually, run, type Running } from "./testing/processes.ts";
import { freePort } from "../tools/ports.ts";

const STRATEGIES = [
  "UnderscoreEscapingWithSuffixes",
  "UnderscoreEscapingWithoutSuffixes",
  "NoUTF8EscapingWithSuffixes",
  "NoTranslation",
] as const;

const metrics = [...otelMetrics, ...agentMetrics];

let program: string;
let work: string;
const running: Running[] = [];

beforeAll(async () => {
  const paths = await ensure(settingsFrom(process.env), ["prometheus"]);
  program = join(pathOf(paths, "prometheus"), "bin", "prometheus");
  work = await mkdtemp(join(tmpdir(), "names-"));
}, 600_000);

afterAll(async () => {
  await Promise.all(running.map((one) => one.stop()));
  await rm(work, { recursive: true, force: true });
});

const nowNanos = (): string => `${Date.now()}000000`;

const dataOf = ({ kind }: Metric): object => {
  const timeUnixNano = nowNanos();
  if (kind === "gauge") return { gauge: { dataPoints: [{ timeUnixNano, asDouble: 1 }] } };
  if (kind === "counter") {
    return {
      sum: {
        aggregationTemporality: 2,
        isMonotonic: true,
        dataPoints: [{ timeUnixNano, asDouble: 1 }],
      },
    };
  }
  const point = { timeUnixNano, count: 1, sum: 1, bucketCounts: [1, 0], explicitBounds: [5] };
  return { histogram: { aggregationTemporality: 2, dataPoints: [point] } };
};

const payload = (sent: Metric[]): string =>
  JSON.stringify({
    resourceMetrics: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: "names" } }] },
        scopeMetrics: [
          {
            metrics: sent.map((metric) => ({
              name: metric.name,
              unit: metric.unit,
              ...dataOf(metric),
            })),
          },
        ],
      },
    ],
  });

/** Names of all series that a Prometheus with this strategy stores for our metrics. */
const stored = async (strategy: string): Promise<string[]> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = join(work, `${strategy}.yml`);
  await writeFile(config, `otlp: { translation_strategy: ${strategy} }\nscrape_configs: []\n`);
  const data = join(work, String(port));
  const flags = [
    "--web.enable-otlp-receiver",
    `--web.listen-address=127.0.0.1:${port}`,
    `--storage.tsdb.path=${data}`,
  ];
  running.push(run(program, [`--config.file=${config}`, ...flags], { env: {} }));
  await eventually("Prometheus", async () => (await fetch(`${url}/-/ready`)).ok || undefined, 60);
  const response = await fetch(`${url}/api/v1/otlp/v1/metrics`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: payload(metrics),
  });
  expect(response.status).toBe(200);
  const answer = (await (await fetch(`${url}/api/v1/label/__name__/values`)).json()) as {
    data: string[];
  };
  return answer.data;
};

const parts = (name: string): string[] => [name, `${name}_bucket`, `${name}_sum`, `${name}_count`];

test.each(STRATEGIES)(
  "under %s no new name is a legacy name",
  async (strategy) => {
    const names = await stored(strategy);
    expect(names.length).toBeGreaterThanOrEqual(metrics.length);
    const legacy = new Set(legacyNames.flatMap(parts));
    expect(names.filter((name) => legacy.has(name))).toEqual([]);
  },
  120_000,
);

test("our translation is Prometheus' own", async () => {
  const names = await stored(STRATEGIES[0]);
  const series = metrics.map(
    (metric) => prometheusName(metric) + (metric.kind === "histogram" ? "_count" : ""),
  );
  expect(series.filter((name) => !names.includes(name))).toEqual([]);
}, 120_000);
