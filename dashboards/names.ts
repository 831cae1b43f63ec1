/** Names of all series in both editions, taken from the tables that create them. */
import { gauges } from "../pipeline/telemetry/gauges.ts";
import { counters, histograms } from "../pipeline/telemetry/instruments.ts";
import { type Gauge } from "../pipeline/telemetry/monitor.ts";
import { prometheusName, type Metric } from "./translate.ts";

const counterMetric = ([name, unit]: readonly [string, string]): Metric => ({
  name,
  unit,
  kind: "counter",
});

const histogramMetric = ([name, unit]: readonly [string, string, ...unknown[]]): Metric => ({
  name,
  unit,
  kind: "histogram",
});

const gaugeMetric = ({ otel, unit }: { otel: string; unit: string }): Metric => ({
  name: otel,
  unit,
  kind: "gauge",
});

/** Filled by the agent, not by the pipeline. */
export const databaseDuration: Metric = {
  name: "db.client.operation.duration",
  unit: "s",
  kind: "histogram",
};

const ofAgent = (kind: Metric["kind"], unit: string, ...names: string[]): Metric[] =>
  names.map((name) => ({ name, unit, kind }));

/** Of Node and of the agent itself, as far as somebody looks at them; docs/telemetry.md has all of them. */
export const agentMetrics: Metric[] = [
  ...ofAgent("gauge", "s", "nodejs.eventloop.delay.p99"),
  ...ofAgent("gauge", "1", "nodejs.eventloop.utilization"),
  ...ofAgent("histogram", "s", "v8js.gc.duration"),
  ...ofAgent("gauge", "By", "v8js.memory.heap.used", "process.memory.usage"),
  ...ofAgent("counter", "s", "process.cpu.time"),
  ...["spans", "spans.dropped", "logs.dropped", "posts.failed", "faults"].flatMap((name) =>
    ofAgent("counter", "1", `flashcard_otel.${name}`),
  ),
  ...["level", "observed", "cost"].flatMap((name) =>
    ofAgent("gauge", "1", `flashcard_otel.governor.${name}`),
  ),
  ...ofAgent("counter", "{request}", "flashcard_otel.requests.unobserved"),
];

export const agentName = (name: string): string => {
  const metric = agentMetrics.find((one) => one.name === name);
  if (!metric) throw new Error(`no metric of the agent is called ${name}`);
  return prometheusName(metric);
};

export const otelMetrics: Metric[] = [
  ...Object.values(counters).map(counterMetric),
  ...Object.values(histograms).map(histogramMetric),
  ...Object.values(gauges).map(gaugeMetric),
  databaseDuration,
];

export const otelName = (key: keyof typeof counters | keyof typeof histograms): string =>
  prometheusName(
    key in counters
      ? counterMetric(counters[key as keyof typeof counters])
      : histogramMetric(histograms[key as keyof typeof histograms]),
  );

export const otelGauge = (key: Gauge): string => prometheusName(gaugeMetric(gauges[key]));

export const legacyGauge = (key: Gauge): string => gauges[key].legacy;

export const databaseSeries = prometheusName(databaseDuration);
