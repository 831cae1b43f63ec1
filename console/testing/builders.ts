/** What scenes are built from: resources, components, conditions, trials, and a fleet of any size. */
import type { Manifest } from "../../operator/cluster/cluster.ts";
import {
  type ComponentStatus,
  GROUP,
  KIND,
  type Phase,
  type Status,
  statusSchema,
  VERSION,
} from "../../operator/migration/schema.ts";
import { type Trial, trial } from "./trials.ts";

export const NOW = new Date("2026-03-04T10:40:00Z");
export const ago = (seconds: number): string =>
  new Date(NOW.getTime() - seconds * 1000).toISOString();

export const NAMES = ["gateway", "orders", "billing", "mailer"];

interface Scene {
  namespace: string;
  name: string;
  spec: Record<string, unknown>;
  annotations?: Record<string, string>;
  status: Partial<Status>;
}

export const resource = ({ namespace, name, spec, annotations = {}, status }: Scene): Manifest => ({
  apiVersion: `${GROUP}/${VERSION}`,
  kind: KIND,
  metadata: { name, namespace, annotations },
  spec: {
    components: NAMES.map((component) => ({
      name: component,
      target: { kind: "Deployment", name: component },
      trial: { sideEffects: "None", items: { configMap: `${component}-items` } },
      legacyOff: { env: { name: "LEGACY_METRICS", value: "off" } },
    })),
    legacy: { prometheus: { url: `http://prometheus.monitoring.svc:9090` } },
    pulse: { script: { configMap: "pulse" }, ratePerSecond: 5 },
    parity: { map: { configMap: "parity" } },
    dashboards: {
      legacy: { configMap: "dashboard-legacy" },
      otel: { configMap: "dashboard-otel" },
    },
    ...spec,
  },
  status: statusSchema.parse(status),
});

export const condition = (
  type: string,
  status: "True" | "False" | "Unknown",
  why: [string, string],
) => ({
  type,
  status,
  reason: why[0],
  message: why[1],
  lastTransitionTime: ago(900),
});

export const component = (
  name: string,
  difference: Partial<ComponentStatus> = {},
): ComponentStatus => ({
  name,
  stage: "Waiting",
  reason: "Queued",
  message: "waits for the component before it",
  repair: 0,
  legacy: "on",
  attempts: 0,
  verdicts: [],
  since: ago(300),
  ...difference,
});

export const done = (name: string, { verdict }: Trial): ComponentStatus =>
  component(name, {
    stage: "Instrumented",
    reason: "Instrumented",
    message: "every pod reports; 3 of 3 soaked",
    profile: verdict.profile,
    hash: "9f2c4a71d0",
    verdict,
    verdicts: [verdict],
    attempts: 1,
  });

const at = { namespace: "shop", migration: "storefront" } as const;
export const trials = {
  gateway: trial({
    ...at,
    component: "gateway",
    profile: "Lean",
    attempt: "a1b2c3d4e5",
    course: { overheadPercent: 0.25, blocks: 84, seed: 3 },
  }),
  rich: trial({
    ...at,
    component: "orders",
    profile: "Lean",
    attempt: "b2c3d4e5f6",
    course: { overheadPercent: 6, flushUs: 900, blocks: 26, seed: 5, itemMicros: 1400 },
  }),
  /** Under way: no record yet. */
  orders: trial({
    ...at,
    component: "orders",
    profile: "Sampled",
    attempt: "c3d4e5f6a7",
    course: { overheadPercent: 0.55, blocks: 38, seed: 11, itemMicros: 1400 },
  }),
  mailer: trial({
    namespace: "ledger",
    migration: "postings",
    component: "mailer",
    profile: "Metrics",
    attempt: "d4e5f6a7b8",
    course: { overheadPercent: 2.1, blocks: 150, seed: 8, itemMicros: 400 },
  }),
};

export const history = (...phases: [Phase, number, string][]): Status["history"] =>
  phases.map(([name, seconds, evidence], index) => ({
    name,
    seconds,
    evidence,
    startedAt: ago(7200 - index * 900),
  }));

export const ALONGSIDE: [Phase, number, string] = [
  "Alongside",
  74,
  "collector, jaeger and prometheus are ready; the test trace, metric and log were found; 63 legacy series over 300 s",
];

/** Resources of 100 components each, until there are so many. */
export const fleet = (components: number): Manifest[] =>
  Array.from({ length: Math.ceil(components / 100) }, (_, nth) => {
    const names = Array.from({ length: 100 }, (__, index) => `service-${nth * 100 + index}`);
    const stages = ["Instrumented", "Instrumented", "Instrumented", "Soaking", "Waiting"] as const;
    return resource({
      namespace: "fleet",
      name: `team-${nth}`,
      spec: {
        target: "Retired",
        components: names.map((name) => ({
          name,
          target: { name },
          trial: { sideEffects: "None" },
        })),
      },
      status: {
        phase: "Alongside",
        components: names.map((name, index) => {
          const stage = stages[(index * 7 + nth) % stages.length] ?? "Waiting";
          return stage === "Instrumented" ? done(name, trials.gateway) : component(name, { stage });
        }),
      },
    });
  });
