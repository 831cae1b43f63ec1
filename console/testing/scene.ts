/** Migrations in several states, as an operator leaves them on a cluster: what pictures and browser tests are made of. */
import type { Manifest } from "../../operator/cluster/cluster.ts";
import { GROUP } from "../../operator/migration/schema.ts";
import {
  ago,
  ALONGSIDE,
  component,
  condition,
  done,
  history,
  NAMES,
  resource,
  trials,
} from "./builders.ts";

const storefront = resource({
  namespace: "shop",
  name: "storefront",
  spec: { target: "Retired" },
  status: {
    phase: "Alongside",
    phaseStartedAt: ago(1500),
    next: {
      what: "instrument component by component",
      reason: "Measuring",
      message: `orders is in its trial: ${trials.orders.verdict.message}`,
      since: ago(210),
    },
    components: [
      done("gateway", trials.gateway),
      component("orders", {
        stage: "Trial",
        reason: "Measuring",
        message: trials.orders.verdict.message,
        profile: "Sampled",
        attempt: "c3d4e5f6a7",
        attempts: 2,
        verdict: { ...trials.orders.verdict, verdict: "Running" },
        verdicts: [trials.rich.verdict],
      }),
      component("billing"),
      component("mailer"),
    ],
    baseline: { recordedAt: ago(1600), series: 63 },
    downtime: { sent: 18_412, items: 4_603, failed: 0, longestGapMs: 412 },
    history: history(ALONGSIDE),
    conditions: [
      condition("Ready", "False", [
        "Measuring",
        "the migration is at Alongside, on its way to Retired",
      ]),
      condition("Stalled", "False", ["Progressing", "no component needs a person"]),
      condition("OverheadProven", "Unknown", [
        "NotMeasuredYet",
        "not every component has a verdict",
      ]),
      condition("ParityProven", "Unknown", ["NotComparedYet", "no window has been compared"]),
      condition("DowntimeMeasured", "True", [
        "PulseRunning",
        "18412 requests sent, 0 failed, longest gap 412 ms",
      ]),
    ],
  },
});

const ROWS: [string, string, string][] = [
  ["requests http requests", "Match", "12 of 12 label sets within 1 %: 48210 against 48216"],
  ["latency http duration", "Match", "8 of 8 buckets within 2 %"],
  ["errors http errors", "Match", "3 against 3"],
  ["queue depth", "Match", "4 against 4"],
  ["db queries", "Exceeds", "agrees, and tells db.operation.name besides"],
  ["db pool", "Match", "3 against 3"],
  ["cache hits", "Exceeds", "agrees, and tells the command besides"],
  ["cache misses", "Match", "1204 against 1205"],
  ["mail sent", "Match", "310 against 310"],
  ["mail retries", "NoEvidence", "the old series had no sample within the window"],
  ["gc pauses", "Dropped", "replaced by v8js.gc.duration, which counts other phases"],
  ["checkout total", "Differs", "812 against 771 (-5.0 %, tolerance 1 %) for currency=EUR"],
];

const invoices = resource({
  namespace: "shop",
  name: "invoices",
  spec: { target: "Switched", approval: "Manual" },
  status: {
    phase: "Instrumented",
    next: {
      what: "validate data quality",
      reason: "MetricsDiffer",
      message:
        "checkout total Differs: 812 against 771 (-5.0 %, tolerance 1 %) for currency=EUR; again in 84 s",
      since: ago(320),
    },
    components: NAMES.map((name) => done(name, trials.gateway)),
    baseline: { recordedAt: ago(8000), series: 63 },
    downtime: { sent: 96_120, items: 24_030, failed: 0, longestGapMs: 380 },
    parity: {
      windowStart: ago(420),
      windowEnd: ago(120),
      rows: ROWS.map(([row, verdict, message]) => ({ row, verdict, message })),
    },
    history: history(ALONGSIDE, [
      "Instrumented",
      2210,
      "4 components are instrumented, each within 1 % of CPU per item; 0 of 41200 requests failed",
    ]),
    conditions: [
      condition("Ready", "False", ["MetricsDiffer", "checkout total Differs"]),
      condition("Stalled", "False", ["Progressing", "no component needs a person"]),
      condition("OverheadProven", "True", ["WithinBudget", "every component's trial passed"]),
      condition("ParityProven", "False", [
        "Differs",
        "checkout total: Differs, mail retries: NoEvidence",
      ]),
      condition("DowntimeMeasured", "True", [
        "PulseRunning",
        "96120 requests sent, 0 failed, longest gap 380 ms",
      ]),
    ],
  },
});

const postings = resource({
  namespace: "ledger",
  name: "postings",
  spec: { target: "Validated" },
  annotations: { [`${GROUP}/paused`]: "true" },
  status: {
    phase: "Alongside",
    next: {
      what: "instrument component by component",
      reason: "BudgetExceeded",
      message: `mailer is Held: ${trials.mailer.verdict.message}`,
      since: ago(4000),
    },
    components: [
      ...NAMES.slice(0, 3).map((name) => done(name, trials.gateway)),
      component("mailer", {
        stage: "Held",
        reason: "BudgetExceeded",
        message: `no profile is within the budget; ${trials.mailer.verdict.message}`,
        verdict: trials.mailer.verdict,
        verdicts: [trials.mailer.verdict],
        attempts: 3,
      }),
    ],
    downtime: {
      sent: 40_233,
      items: 10_058,
      failed: 2,
      longestGapMs: 1900,
      lastFailure: "GET http://gateway/basket was answered with 503",
    },
    history: history(ALONGSIDE),
    conditions: [
      condition("Ready", "False", ["BudgetExceeded", "mailer is Held"]),
      condition("Stalled", "True", [
        "BudgetExceeded",
        "mailer is Held. Change its spec or image, or annotate flashcard-otel.dev/retry with a new value",
      ]),
    ],
  },
});

const search = resource({
  namespace: "search",
  name: "catalogue",
  spec: { target: "Retired" },
  status: {
    phase: "Retired",
    next: {
      what: "stay at Retired",
      reason: "Settled",
      message: "the migration is at Retired",
      since: ago(90_000),
    },
    components: NAMES.map((name) => ({ ...done(name, trials.gateway), legacy: "off" as const })),
    downtime: { sent: 902_114, items: 225_528, failed: 0, longestGapMs: 512 },
    history: history(
      ALONGSIDE,
      ["Instrumented", 2210, "4 components"],
      ["Validated", 300, "63 rows agree over 300 s"],
      ["Switched", 95, "12 panels and 9 rules answer from the new source"],
      ["Retired", 840, "nothing reads a legacy series"],
    ),
    conditions: [condition("Ready", "True", ["TargetReached", "the migration is at Retired"])],
  },
});

const event = (seconds: number, [type, reason, note]: [string, string, string]): Manifest => ({
  apiVersion: "events.k8s.io/v1",
  kind: "Event",
  metadata: { name: `storefront.${seconds}`, namespace: "shop" },
  eventTime: ago(seconds).replace("Z", "000Z"),
  reportingController: `${GROUP}/operator`,
  reportingInstance: "flashcard-otel",
  type,
  action: "Move",
  reason,
  note,
});

/** Of storefront; `regarding` is filled in once it has an identity. */
export const events: Manifest[] = [
  event(1560, ["Normal", "AlongsideReached", ALONGSIDE[2]]),
  event(1500, ["Normal", "Preflight", "gateway: checking that a rollout is safe (Started)"]),
  event(1480, ["Normal", "Trial", "gateway: profile Lean is measured (Calibrating)"]),
  event(1395, [
    "Normal",
    "TrialPassed",
    `gateway, profile Lean: ${trials.gateway.verdict.message}`,
  ]),
  event(1390, ["Normal", "RollingOut", "gateway: within its budget (WithinBudget)"]),
  event(1270, ["Normal", "Soaking", "gateway: every pod is new and ready (RolledOut)"]),
  event(1200, [
    "Normal",
    "Instrumented",
    "gateway: telemetry of every pod has arrived (Instrumented)",
  ]),
  event(640, ["Warning", "TrialFailed", `orders, profile Lean: ${trials.rich.verdict.message}`]),
  event(210, ["Normal", "Trial", "orders: profile Sampled is measured (Calibrating)"]),
];

export const migrations: Manifest[] = [storefront, invoices, postings, search];
export const records: Manifest[] = [
  trials.gateway.record,
  trials.rich.record,
  trials.mailer.record,
];

/** The load of the trial that is under way, and the pulse: pods whose logs are read. */
export const pods: Manifest[] = [
  [
    "storefront-trial-orders-load",
    { [`${GROUP}/attempt`]: "c3d4e5f6a7", [`${GROUP}/role`]: "load" },
  ],
  [
    "storefront-pulse-1",
    { [`${GROUP}/migration`]: "storefront", "app.kubernetes.io/component": "pulse" },
  ],
].map(([name, labels]) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: name as string, namespace: "shop", labels: labels as Record<string, string> },
  spec: { containers: [{ name: "app", image: "none" }] },
}));
