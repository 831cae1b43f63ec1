/** The operator of one life behind the proxy: as in production, but for its clock and for those it asks beyond the API server. */
import { createHash } from "node:crypto";
import { pino } from "pino";
import type { Cluster } from "../cluster/cluster.ts";
import { kubernetesCluster } from "../cluster/kubernetes.ts";
import { openWire, type Wire } from "../cluster/wire.ts";
import type { Key } from "../migrations.ts";
import type { Dependencies } from "../migration/observe.ts";
import { reconcile } from "../migration/reconcile.ts";
import { type Settings, settingsFrom } from "../settings.ts";
import type { Proxy } from "./proxy.ts";

/** What the chart tells the operator. */
export const environment = {
  OPERATOR_IMAGE: "operator:1",
  COLLECTOR_IMAGE: "collector:1",
  JAEGER_IMAGE: "jaeger:1",
  PROMETHEUS_IMAGE: "prometheus:1",
  K6_IMAGE: "k6:1",
  POD_NAMESPACE: "flashcard-otel",
  POD_NAME: "operator-0",
  WEBHOOK_SERVICE: "webhook",
  WEBHOOK_CONFIGURATION: "flashcard-otel",
  WEBHOOK_SECRET: "certificate",
};

export const settings: Settings = settingsFrom(environment);

export interface Operator {
  wire: Wire;
  cluster: Cluster;
  reconcile: (key: Key) => ReturnType<typeof reconcile>;
}

export interface Surroundings {
  proxy: Proxy;
  /** With whose rights it works; an administrator's when absent. */
  as: string | undefined;
  /** Answers what it asks beyond the API server. */
  fetch: typeof fetch;
  now: () => Date;
}

/** Milliseconds for one call, both fewer than in production; `none` where it is known that no answer comes. */
const PATIENCE = { usual: 1500, none: 400 };
export type Patience = keyof typeof PATIENCE;

/** Always the same one for the same life: it knows what it has learned before. */
export const operators = (
  surroundings: Surroundings,
): ((life: string, patience?: Patience) => Operator) => {
  const alive = new Map<string, Operator>();
  return (life, patience = "usual") => {
    const key = `${life} ${patience}`;
    const operator = alive.get(key) ?? operatorOf(life, PATIENCE[patience], surroundings);
    alive.set(key, operator);
    return operator;
  };
};

const operatorOf = (
  life: string,
  deadlineMs: number,
  { proxy, as, fetch, now }: Surroundings,
): Operator => {
  const wire = openWire(proxy.configFor(life, as), { deadlineMs });
  const cluster = kubernetesCluster(wire);
  const dependencies: Dependencies = {
    cluster,
    settings,
    sources: { agent: "// agent", trial: "// trial", pulse: "// pulse" },
    now,
    fetch,
    digest: (text) => createHash("sha256").update(text).digest("hex").slice(0, 16),
    log: pino({ level: "silent" }),
  };
  return { wire, cluster, reconcile: (key) => reconcile(key, dependencies) };
};
