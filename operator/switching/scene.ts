/** A namespace before the switch, with both Prometheus as functions of what lies in it: for the tests. */
import type { Manifest } from "../cluster/cluster.ts";
import { parse } from "yaml";

export const OLD = "http://old:9090";

const configMap = (
  name: string,
  data: Record<string, string>,
  labels: Record<string, string>,
): Manifest => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "shop", labels: { app: "shop", ...labels } },
  data,
});

const board = (title: string, expressions: Record<string, string>): string =>
  JSON.stringify({
    title,
    panels: [
      {
        type: "row",
        title: "row",
        panels: Object.entries(expressions).map(([panel, expr]) => ({
          title: panel,
          targets: [{ refId: "A", expr }],
        })),
      },
    ],
  });

const rules = (metric: string): string =>
  `# kept as it is\ngroups:\n  - name: shop\n    rules:\n      - alert: Failing\n        expr: rate(${metric}[1m]) > 1\n        for: 30s\n        labels: { severity: critical }\n`;

/** Everything that the user brings. */
export const material = (): Manifest[] => [
  configMap(
    "rules-legacy",
    { "legacy.yaml": rules("old_errors_total"), README: "not a rule file: [" },
    {},
  ),
  configMap("rules-otel", { "otel.yaml": rules("new_errors_total") }, {}),
  configMap(
    "board-legacy",
    {
      "a.json": board("Shop", {
        Calls: "rate(old_calls_total[$__rate_interval])",
        Errors: "old_errors_total",
      }),
    },
    { grafana_dashboard: "1" },
  ),
  configMap(
    "board-otel",
    {
      "a.json": board("Shop", {
        Calls: "rate(new_calls_total[$__rate_interval])",
        Errors: "new_errors_total",
      }),
    },
    {},
  ),
];

export const SPEC = {
  target: "Switched",
  legacy: { prometheus: { url: OLD } },
  alerts: { legacy: { configMap: "rules-legacy" }, otel: { configMap: "rules-otel" } },
  dashboards: { legacy: { configMap: "board-legacy" }, otel: { configMap: "board-otel" } },
};

/** What a case makes different about the two Prometheus. */
export interface Answers {
  series: string[];
  health: Record<string, string>;
  state: { old: string; new: string };
  down: string[];
  /** What the new one still has loaded, where that is not what lies in the cluster. */
  loaded?: Manifest;
}

export const answers = (): Answers => ({
  series: ["old_calls_total", "old_errors_total", "new_calls_total", "new_errors_total"],
  health: {},
  state: { old: "inactive", new: "inactive" },
  down: [],
});

interface FileRule {
  alert?: string;
  record?: string;
  expr: string;
  labels?: Record<string, unknown>;
}

const shownRules = (
  object: Manifest | undefined,
  { health, state }: { health: string; state: string },
) =>
  Object.entries(object?.data ?? {})
    .filter(([file]) => file.endsWith(".yaml"))
    .flatMap(([, text]) => (parse(text) as { groups: { rules: FileRule[] }[] }).groups)
    .flatMap((group) => group.rules)
    .map(({ alert, record, expr, labels }) => ({
      name: alert ?? record,
      query: expr,
      labels,
      state,
      type: alert ? "alerting" : "recording",
      duration: 30,
      health: health === "" ? "ok" : "err",
      lastError: health,
      lastEvaluation: "2026-01-02T03:04:00Z",
    }));

/** Both Prometheus: they show the rules that lie in the cluster, and have the series of the case. */
export const twoPrometheus = (
  find: (name: string) => Promise<Manifest | undefined>,
  known: Answers,
): typeof fetch => {
  const rulesOf = async (url: string) =>
    url.startsWith(OLD)
      ? shownRules(await find("rules-legacy"), { health: "", state: known.state.old })
      : shownRules(known.loaded ?? (await find("pipeline-rules")), {
          health: known.health["new"] ?? "",
          state: known.state.new,
        });
  const result = (query: string) =>
    known.series
      .filter((name) => query.includes(name))
      .map((name) => ({ metric: { __name__: name }, value: [0, "1"] }));
  return (async (url: string, init?: { body?: URLSearchParams }) => {
    if (known.down.some((base) => url.startsWith(base))) throw new TypeError("fetch failed");
    const data = url.endsWith("/rules")
      ? { groups: [{ rules: await rulesOf(url) }] }
      : { resultType: "vector", result: result(init?.body?.get("query") ?? "") };
    return new Response(JSON.stringify({ status: "success", data }));
  }) as unknown as typeof fetch;
};
