import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { parseParityMap } from "../verdict/paritymap.ts";
import { legacyNames } from "../pipeline/legacy/instruments.ts";
import { generatedFiles } from "./files.ts";
import { databaseSeries, otelMetrics } from "./names.ts";
import { parityRows } from "./parity.ts";
import { queries } from "./queries.ts";
import { prometheusName } from "./translate.ts";

const root = join(import.meta.dirname, "..");
const files = generatedFiles();
const text = (path: string): string => files.get(path) ?? "";
const chart = "charts/flashcards/files";

const otelNames = otelMetrics.map(prometheusName);

/** Words that stand where PromQL has metric names. */
const metricsIn = (expression: string): string[] =>
  [
    ...expression
      .replace(/\{[^}]*\}|by \([^)]*\)|\[[^\]]*\]/g, " ")
      .matchAll(/[a-z][a-zA-Z0-9_]*_[a-zA-Z0-9_]*/g),
  ]
    .map(([name]) => name.replace(/_(bucket|sum|count)$/, ""))
    .filter((name) => name !== "histogram_quantile");

describe("generated files", () => {
  test.each([...files.keys()])("%s is fresh (else: npm run generate)", (path) => {
    expect(existsSync(join(root, path)) && readFileSync(join(root, path), "utf8")).toBe(text(path));
  });
});

describe("queries", () => {
  test.each(Object.entries(queries))(
    "%s asks each edition for series of its own only",
    (_name, { legacy, otel }) => {
      expect(metricsIn(legacy).filter((name) => !legacyNames.includes(name))).toEqual([]);
      expect(metricsIn(otel).filter((name) => !otelNames.includes(name))).toEqual([]);
      expect(metricsIn(legacy).length).toBeGreaterThan(0);
      expect(metricsIn(otel).length).toBeGreaterThan(0);
    },
  );
});

interface Rules {
  groups: {
    rules: { alert: string; for: string; labels: Record<string, string>; annotations: object }[];
  }[];
}

describe("alert rules", () => {
  const rulesOf = (edition: string) =>
    (parse(text(`${chart}/rules/${edition}.yaml`)) as Rules).groups.flatMap(({ rules }) => rules);

  test("every legacy alert has a counterpart that differs in expression and edition only", () => {
    const plain = (edition: string) =>
      rulesOf(edition).map(({ alert, for: duration, labels: { severity }, annotations }) => ({
        alert,
        duration,
        severity,
        annotations,
      }));
    expect(plain("otel")).toEqual(plain("legacy"));
  });

  test.each(["legacy", "otel"])("rules of the %s edition say so and wait 10 to 30 s", (edition) => {
    for (const { labels, for: duration } of rulesOf(edition)) {
      expect(labels["edition"]).toBe(edition);
      expect(duration).toMatch(/^[123]0s$/);
    }
  });
});

interface Dashboard {
  uid: string;
  panels: { title: string; type: string; targets?: { expr: string }[] }[];
}

describe("dashboards", () => {
  const dashboardOf = (edition: string) =>
    JSON.parse(text(`${chart}/dashboards/${edition}.json`)) as Dashboard;

  test("both editions show the same panels, under identities of their own", () => {
    const [legacy, otel] = [dashboardOf("legacy"), dashboardOf("otel")];
    const shape = ({ panels }: Dashboard) =>
      panels.map(({ title, type, targets = [] }) => [title, type, targets.length]);
    expect(shape(otel)).toEqual(shape(legacy));
    expect(otel.uid).not.toBe(legacy.uid);
  });

  test("every panel but the headings asks something", () => {
    const silent = dashboardOf("otel").panels.filter(
      ({ type, targets = [] }) => type !== "row" && targets.length === 0,
    );
    expect(silent).toEqual([]);
  });
});

describe("parity map", () => {
  test("covers all 17 rows of the contract", () => {
    const numbers = new Set(parityRows.map(({ row }) => Number(row.split("-")[0])));
    expect([...numbers].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 17 }, (_, index) => index + 1),
    );
  });

  test("is accepted by the one who reads it", () => {
    expect(parseParityMap(parse(text("pipeline/parity.yaml")))).toMatchObject({
      rows: expect.any(Array),
    });
  });

  test("names series that exist on both sides", () => {
    const bare = (selector: string): string =>
      selector.replace(/\{.*/, "").replace(new RegExp(`^${databaseSeries}_count$`), databaseSeries);
    for (const { legacy, otel } of parityRows) {
      expect(legacyNames).toContain(bare(legacy));
      expect(otelNames).toContain(bare(otel));
    }
  });
});

test.each([
  [
    { name: "http.server.request.duration", unit: "s", kind: "histogram" },
    "http_server_request_duration_seconds",
  ],
  [{ name: "cache.size", unit: "By", kind: "gauge" }, "cache_size_bytes"],
  [{ name: "api.cost", unit: "USD", kind: "counter" }, "api_cost_USD_total"],
  [
    { name: "pipeline.throughput", unit: "{word}/s", kind: "gauge" },
    "pipeline_throughput_per_second",
  ],
  [{ name: "api.health.status", unit: "1", kind: "gauge" }, "api_health_status_ratio"],
] as const)("Prometheus calls %j %s", (metric, name) => {
  expect(prometheusName(metric)).toBe(name);
});
