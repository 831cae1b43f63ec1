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
