/** Migrations of the shop in the moments that tests are about. */
import type { Manifest } from "@flashcard-otel/operator/cluster/cluster.ts";
import { GROUP, KIND, VERSION } from "@flashcard-otel/operator/migration/schema.ts";
import { userTemplateHash } from "@flashcard-otel/operator/rollout/template.ts";
import { NOW } from "./terminal.ts";
import { deployment, SERVICES } from "./workloads.ts";

export const ago = (seconds: number): string =>
  new Date(NOW.getTime() - seconds * 1000).toISOString();

export const spec = (difference: object = {}) => ({
  target: "Retired",
  components: SERVICES.map((name) => ({
    name,
    target: { kind: "Deployment", name },
    rollout: { acceptNotGuarded: true },
    trial: { sideEffects: "None", items: { configMap: `${name}-items` } },
    legacyOff: { env: { name: "LEGACY_MONITORING", value: "off" } },
  })),
  legacy: { prometheus: { url: "http://prometheus.monitoring.svc:9090" } },
  parity: { map: { configMap: "parity-map" } },
  pulse: { script: { configMap: "pulse" } },
  ...difference,
});

export const migration = (
  difference: {
    name?: string;
    spec?: object;
    status?: object;
    annotations?: Record<string, string>;
  } = {},
): Manifest => ({
  apiVersion: `${GROUP}/${VERSION}`,
  kind: KIND,
  metadata: {
    name: difference.name ?? "pipeline",
    namespace: "shop",
    uid: `uid-${difference.name ?? "pipeline"}`,
    generation: 1,
    creationTimestamp: ago(3600),
    ...(difference.annotations ? { annotations: difference.annotations } : {}),
  },
  spec: spec(difference.spec),
  ...(difference.status ? { status: difference.status } : {}),
});

const stage = (name: string, word: string, rest: object = {}) => ({
  name,
  templateHash: userTemplateHash(deployment(name)),
  stage: word,
  reason: "Plain",
  message: "not instrumented",
  since: ago(200),
  ...rest,
});

export const PASSED = {
  verdict: "Passed",
  reason: "WithinBudget",
  message:
    "cpu per item +0.41 % [+0.10, +0.82], 41 pairs, limit 1 %; 412 us of application CPU per span",
  profile: "Lean",
  estimatePercent: 0.41,
  lowerPercent: 0.1,
  upperPercent: 0.82,
  pairs: 41,
  guardPercent: 1.2,
  cpuMicrosPerItem: 2884.2,
  spansPerItem: 7,
  evidence: "pipeline-evidence-gateway-0123456789",
};

const running = {
  verdict: "Running",
  reason: "Measuring",
  message: "cpu per item +0.52 % [-0.30, +1.40], 12 pairs, limit 1 %, need about 60",
  profile: "Lean",
  estimatePercent: 0.52,
  lowerPercent: -0.3,
  upperPercent: 1.4,
  pairs: 12,
  forecastPairs: 60,
};

/** In the middle of everything: one component done, one in its trial, one that waits. */
export const MIDDLE = {
  observedGeneration: 1,
  planHash: "5e7a9c0d1f",
  phase: "Alongside",
  phaseStartedAt: ago(900),
  next: {
    what: "instrument component by component",
    reason: "Measuring",
    message: `worker: ${running.message}`,
    since: ago(200),
  },
  history: [
    {
      name: "Alongside",
      startedAt: ago(1030),
      seconds: 130,
      evidence: "ready: pipeline-jaeger, pipeline-prometheus, pipeline-collector; signals found",
    },
  ],
  components: [
    stage("gateway", "Instrumented", {
      reason: "Proven",
      message: PASSED.message,
      profile: "Lean",
      hash: "0123456789",
      attempts: 1,
      originalReplicaSet: "gateway-5d9c7b6f4",
      verdict: PASSED,
      verdicts: [
        {
          verdict: "Failed",
          reason: "KnownCost",
          message: "not tried: known to add about 37 %, the budget is 1 %",
          profile: "Full",
        },
        PASSED,
      ],
    }),
    stage("worker", "Trial", {
      reason: "Measuring",
      message: running.message,
      profile: "Lean",
      attempt: "abcdef0123",
      attempts: 1,
      verdict: running,
    }),
    stage("api", "Waiting"),
  ],
  downtime: { sent: 12_345, items: 3_086, failed: 0, longestGapMs: 34 },
  conditions: [
    {
      type: "Ready",
      status: "False",
      reason: "Measuring",
      message: running.message,
      lastTransitionTime: ago(900),
    },
  ],
};

/** A component that nobody can prove. */
export const HELD = {
  ...MIDDLE,
  next: {
    what: "instrument component by component",
    reason: "NotProven",
    message: "worker: no profile of the agent stays within the budget",
    since: ago(100),
  },
  components: [
    MIDDLE.components[0],
    stage("worker", "Held", {
      reason: "NotProven",
      message: "no profile of the agent stays within the budget",
      since: ago(100),
      verdict: {
        ...PASSED,
        verdict: "Failed",
        reason: "BudgetExceeded",
        estimatePercent: 5.15,
        lowerPercent: 1.25,
        upperPercent: 9.21,
      },
    }),
    MIDDLE.components[2],
  ],
  conditions: [
    {
      type: "Stalled",
      status: "True",
      reason: "NotProven",
      message: "worker is Held",
      lastTransitionTime: ago(100),
    },
  ],
};

/** Everything is instrumented, and the numbers were compared. */
export const COMPARED = {
  ...MIDDLE,
  phase: "Instrumented",
  parity: {
    windowStart: ago(360),
    windowEnd: ago(60),
    rows: [
      { row: "1 http_requests_total", verdict: "Match", message: "1234 and 1234" },
      { row: "2 http_request_duration_seconds", verdict: "Exceeds", message: "finer buckets" },
      { row: "3 queue_depth", verdict: "Differs", message: "old 7, new 3" },
      { row: "4 old_thing", verdict: "Dropped", message: "nobody reads it" },
    ],
  },
};
