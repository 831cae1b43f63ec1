/** What the backends of the scene answer: a Jaeger, two Prometheus, and the logs of two pods. */
import type { Manifest } from "../../operator/cluster/cluster.ts";
import type { Fetch } from "../../operator/measurement/ask.ts";
import { answers, matrix } from "../../operator/measurement/testing/answers.ts";
import { ago, NOW, trials } from "./builders.ts";

const start = NOW.getTime() - 90_000;

interface Span {
  id: string;
  parent?: string;
  process: string;
  name: string;
  from: number;
  took: number;
  tags?: Record<string, string>;
}

const SPANS: Span[] = [
  {
    id: "1",
    process: "gateway",
    name: "POST /checkout",
    from: 0,
    took: 184,
    tags: {
      "http.request.method": "POST",
      "http.route": "/checkout",
      "http.response.status_code": "201",
    },
  },
  {
    id: "2",
    parent: "1",
    process: "gateway",
    name: "GET",
    from: 4,
    took: 3,
    tags: { "db.system.name": "redis" },
  },
  {
    id: "3",
    parent: "1",
    process: "gateway",
    name: "POST",
    from: 9,
    took: 168,
    tags: { "server.address": "orders" },
  },
  {
    id: "4",
    parent: "3",
    process: "orders",
    name: "POST /orders",
    from: 12,
    took: 160,
    tags: { "http.route": "/orders" },
  },
  {
    id: "5",
    parent: "4",
    process: "orders",
    name: "SELECT stock",
    from: 15,
    took: 11,
    tags: {
      "db.system.name": "postgresql",
      "db.query.text": "select quantity from stock where sku = $1",
    },
  },
  { id: "6", parent: "4", process: "orders", name: "POST", from: 30, took: 96 },
  {
    id: "7",
    parent: "6",
    process: "billing",
    name: "POST /charge",
    from: 33,
    took: 89,
    tags: { error: "true", "otel.status_code": "ERROR" },
  },
  {
    id: "8",
    parent: "7",
    process: "billing",
    name: "INSERT ledger",
    from: 60,
    took: 22,
    tags: { "db.system.name": "postgresql" },
  },
  {
    id: "9",
    parent: "4",
    process: "orders",
    name: "INSERT orders",
    from: 130,
    took: 14,
    tags: { "db.system.name": "postgresql" },
  },
  {
    id: "a",
    parent: "4",
    process: "orders",
    name: "XADD mail",
    from: 148,
    took: 4,
    tags: { "db.system.name": "redis" },
  },
  { id: "b", parent: "a", process: "mailer", name: "process mail", from: 158, took: 24 },
];

const traceOf = (traceID: string, { spans, later }: { spans: Span[]; later: number }) => ({
  traceID,
  spans: spans.map(({ id, parent, process, name, from, took, tags = {} }) => ({
    spanID: id,
    operationName: name,
    processID: process,
    startTime: (start + later + from) * 1000,
    duration: took * 1000,
    references: parent ? [{ refType: "CHILD_OF", traceID, spanID: parent }] : [],
    tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
  })),
  processes: Object.fromEntries(spans.map(({ process }) => [process, { serviceName: process }])),
});

const all = [
  traceOf("4bf92f3577b34da6a3ce929d0e0e4736", { spans: SPANS, later: 0 }),
  traceOf("5cf92f3577b34da6a3ce929d0e0e4737", { spans: SPANS.slice(0, 5), later: 9000 }),
  traceOf("6df92f3577b34da6a3ce929d0e0e4738", { spans: SPANS.slice(0, 2), later: 14_000 }),
];

const wave = (phase: number, size: number): [at: number, value: number][] =>
  Array.from({ length: 90 }, (_, index): [number, number] => [
    NOW.getTime() / 1000 - (90 - index) * 10,
    size * (1 + 0.25 * Math.sin(index / 9 + phase) + 0.06 * Math.sin(index * 2.7 + phase)),
  ]);

const range = ({ url, form }: { url: string; form: Record<string, string> }) => {
  const query = form["query"] ?? new URL(url).searchParams.get("query") ?? "";
  if (query.includes("duration"))
    return matrix([{ quantile: "0.5" }, wave(0, 0.021)], [{ quantile: "0.99" }, wave(1, 0.14)]);
  if (query.includes("errors")) return matrix([{}, wave(2, 0.002)]);
  if (query.includes("memory"))
    return matrix([{ pod: "orders-1" }, wave(0, 9.1e7)], [{ pod: "orders-2" }, wave(3, 9.6e7)]);
  return matrix(
    ...["gateway", "orders", "billing"].map(
      (service, index): [Record<string, string>, [number, number][]] => [
        { service },
        wave(index, 40 - index * 11),
      ],
    ),
  );
};

/** Through no API server: the paths of the proxy have tests of their own. */
export const backends = (): Fetch =>
  answers({
    "http://storefront-jaeger.shop.svc:16686/api/traces?": { data: all },
    ...Object.fromEntries(
      all.map((one) => [
        `http://storefront-jaeger.shop.svc:16686/api/traces/${one.traceID}`,
        { data: [one] },
      ]),
    ),
    "http://storefront-prometheus.shop.svc:9090/api/v1/query_range": range,
    "http://prometheus.monitoring.svc:9090/api/v1/query_range": range,
  }).fetch;

const target = (expr: string, legendFormat: string) => ({ expr, legendFormat });
const panel = (title: string, unit: string, targets: ReturnType<typeof target>[]) => ({
  type: "timeseries",
  title,
  fieldConfig: { defaults: { unit } },
  gridPos: { w: 8 },
  targets,
});

const board = JSON.stringify({
  title: "Storefront",
  panels: [
    { type: "row", title: "Traffic", panels: [] },
    panel("Requests", "reqps", [
      target("sum by (service) (rate(requests_total[1m]))", "{{service}}"),
    ]),
    panel("Duration", "s", [target("histogram_quantile(0.99, duration)", "p{{quantile}}")]),
    panel("Failed requests", "percentunit", [target("errors", "failed")]),
    { type: "row", title: "Processes", panels: [] },
    panel("Memory", "bytes", [target("memory", "{{pod}}")]),
  ],
});

export const dashboards: Manifest[] = ["dashboard-legacy", "dashboard-otel"].map((name) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "shop" },
  data: { "storefront.json": board },
}));

const beat = (second: number): string => {
  const items = second * 5;
  const report = {
    kind: "pulse",
    items,
    done: items - 3,
    failed: 0,
    inFlight: 3,
    requests: items * 3 + Math.round(4 * Math.sin(second / 7)),
    failedRequests: 0,
    longestGapMs: second < 500 ? 260 : 412,
    lastFailure: null,
  };
  return `${ago(1700 - second)} ${JSON.stringify(report)}`;
};

/** By container; a kubelet would have them. */
export const logs: Record<string, string> = {
  // Under way: the line that says that it has ended is not there yet.
  k6: trials.orders.text.split("\n").slice(0, -2).join("\n").concat("\n"),
  pulse: `${Array.from({ length: 1700 }, (_, second) => beat(second)).join("\n")}\n`,
};
