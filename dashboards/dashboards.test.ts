import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { readsOf } from "../operator/switching/promql.ts";
import { parseParityMap } from "../verdict/paritymap.ts";
import { legacyNames } from "../pipeline/legacy/instruments.ts";
import { type Rule, RUNBOOK } from "../operator/objectives/burn.ts";
import { openMetrics } from "../operator/metrics.ts";
import { STATES } from "../operator/states.ts";
import { boards, own, switched } from "./boards.ts";
import { generatedFiles } from "./files.ts";
import { agentMetrics, databaseSeries, otelMetrics } from "./names.ts";
import { parityRows } from "./parity.ts";
import { queries } from "./queries.ts";
import { prometheusName } from "./translate.ts";

const root = join(import.meta.dirname, "..");
const files = generatedFiles();
const text = (path: string): string => files.get(path) ?? "";
const chart = "charts/flashcards/files";

const otelNames = otelMetrics.map(prometheusName);

/** Series of the emitters; what begins with `slo:` is recorded from them. */
const metricsIn = (expression: string): string[] =>
  readsOf(expression)
    .names.filter((name) => !name.startsWith("slo:"))
    .map((name) => name.replace(/_(bucket|sum|count)$/, ""));

/** Of a series whatever emits it. */
const { body } = await openMetrics().text();
const defaults = [...body.matchAll(/^# TYPE ((?:nodejs|process)_\S+)/gm)].map(
  ([, name = ""]) => name,
);
const oldNames = [...legacyNames, ...defaults];
const newNames = [...otelNames, ...agentMetrics.map(prometheusName), ...Object.keys(STATES)];

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

describe("dashboards ask each edition for series of its own only", () => {
  const asked = [...switched, ...own].flatMap(({ title: board, rows }) =>
    rows.flatMap(({ panels }) =>
      panels.flatMap(({ title, lines }) =>
        lines.map(({ query }) => [`${board}: ${title}`, query] as const),
      ),
    ),
  );

  test.each(asked)("%s", (_where, { legacy, otel }) => {
    for (const [query, names] of [
      [legacy, oldNames],
      [otel, newNames],
    ] as const) {
      if (query === undefined) continue;
      expect(metricsIn(query).filter((name) => !names.includes(name))).toEqual([]);
      expect(metricsIn(query).length).toBeGreaterThan(0);
    }
  });

  test("and telemetry itself has no old edition", () => {
    for (const { rows } of own)
      for (const { lines } of rows.flatMap(({ panels }) => panels))
        expect(lines.map(({ query }) => query.legacy)).toEqual(lines.map(() => undefined));
  });
});

interface Rules {
  groups: { rules: Rule[] }[];
}

const rulesOf = (edition: string): Rule[] =>
  (parse(text(`${chart}/rules/${edition}.yaml`)) as Rules).groups.flatMap(({ rules }) => rules);

const alertsOf = (edition: string): Rule[] => rulesOf(edition).filter(({ alert }) => alert);

describe("alert rules", () => {
  test("every legacy rule has a counterpart that differs in expression and edition only", () => {
    const plain = (edition: string) =>
      rulesOf(edition).map(({ expr: _expr, labels, ...rest }) => ({
        ...rest,
        labels: { ...labels, edition: "" },
      }));
    expect(plain("otel")).toEqual(plain("legacy"));
  });

  test.each(["legacy", "otel"])(
    "alerts of the %s edition say so and wait at most 30 s",
    (edition) => {
      for (const { labels, for: duration } of alertsOf(edition)) {
        expect(labels?.["edition"]).toBe(edition);
        // A burn rate has waited enough: its windows are long.
        expect(duration ?? "10s").toMatch(/^[123]0s$/);
      }
    },
  );

  test("each of them leads to a heading of the runbooks", () => {
    const page = readFileSync(join(root, RUNBOOK), "utf8");
    const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading.toLowerCase(),
    );
    for (const { alert = "", annotations } of alertsOf("otel")) {
      expect(annotations?.["runbook_url"]).toBe(`${RUNBOOK}#${alert.toLowerCase()}`);
      expect(anchors).toContain(alert.toLowerCase());
    }
  });
});

interface Target {
  expr: string;
  refId: string;
  datasource?: { uid: string };
}

interface Dashboard {
  uid: string;
  templating: { list: { name: string }[] };
  panels: { title: string; type: string; targets?: Target[]; datasource?: { uid: string } }[];
}

describe("dashboards", () => {
  const dashboardOf = (name: string, edition: string) =>
    JSON.parse(text(`${chart}/dashboards/${edition}/${name}.json`)) as Dashboard;
  const all = [...files].flatMap(([path, content]) =>
    path.includes("/dashboards/") ? [[path, JSON.parse(content) as Dashboard] as const] : [],
  );

  test("both editions of the pipeline's show the same panels", () => {
    const shape = ({ panels }: Dashboard) =>
      panels.map(({ title, type, targets = [] }) => [title, type, targets.length]);
    expect(shape(dashboardOf("flashcards", "otel"))).toEqual(
      shape(dashboardOf("flashcards", "legacy")),
    );
  });

  test("each has an identity of its own", () => {
    expect(all).toHaveLength(boards.length);
    expect(new Set(all.map(([, { uid }]) => uid)).size).toBe(boards.length);
  });

  test("panels of one ConfigMap have titles of their own: by them both editions are compared", () => {
    for (const edition of ["legacy", "otel"]) {
      const titles = switched.flatMap(({ name }) =>
        dashboardOf(name, edition).panels.map(({ title }) => title),
      );
      expect(titles).toHaveLength(new Set(titles).size);
    }
  });

  test.each(all)("every panel of %s but the headings asks something", (_path, { panels }) => {
    const silent = panels.filter(
      ({ type, targets = [] }) => type !== "row" && targets.length === 0,
    );
    expect(silent).toEqual([]);
  });

  test.each(all)("every data source of %s is a variable that it has", (_path, board) => {
    const known = board.templating.list.map(({ name }) => `\${${name}}`);
    const asked = board.panels.flatMap(({ targets = [], datasource }) => [
      datasource,
      ...targets.map((one) => one.datasource),
    ]);
    for (const source of asked) if (source) expect(known).toContain(source.uid);
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
