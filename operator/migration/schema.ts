/**
 * The custom resource in zod: the one source of types, validation, CRD (crd.ts) and API page.
 * Descriptions become the CRD's field documentation, so they speak to the person who writes the YAML.
 */
import { z } from "zod";
import { name, url } from "./fields.ts";
import { collector, traces } from "./pipelines.ts";

export const GROUP = "flashcard-otel.dev";
export const VERSION = "v1alpha1";
export const KIND = "FlashcardTelemetry";
/** Keeps a resource until nothing of ours rests on it. */
export const FINALIZER = `${GROUP}/restore`;
export const PLURAL = "flashcardtelemetries";

/** How far a migration has got, in order. A phase is a state that has been proven, never an activity. */
export const PHASES = [
  "Legacy",
  "Alongside",
  "Instrumented",
  "Validated",
  "Switched",
  "Retired",
] as const;
export type Phase = (typeof PHASES)[number];

/** Where one component is inside the Instrument step. */
export const STAGES = [
  "Waiting",
  "Preflight",
  "Trial",
  "RollingOut",
  "Soaking",
  "Instrumented",
  "TakingBack",
  "TakenBack",
  "Held",
  "Skipped",
] as const;
export type Stage = (typeof STAGES)[number];

/** How much the agent records, from rich to poor. */
export const PROFILES = ["Full", "Lean", "Sampled", "Metrics"] as const;
export type Profile = (typeof PROFILES)[number];

/** Workloads that can be migrated. */
export const KINDS = ["Deployment", "StatefulSet", "CronJob"] as const;
export type Kind = (typeof KINDS)[number];

const OBJECTIVE_STATES = ["Met", "Burning", "NoData"] as const;
export type ObjectiveState = (typeof OBJECTIVE_STATES)[number];

const moment = () =>
  z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/)
    .describe("RFC 3339, e.g. 2026-12-24T00:00:00Z");
const promql = () => z.string().min(1).max(4096);
const configMap = (what: string) =>
  z.strictObject({
    configMap: name().describe(`Name of a ConfigMap in the same namespace: ${what}`),
  });

const envVar = z.strictObject({
  name: z
    .string()
    .max(128)
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .describe(
      "NODE_OPTIONS, LD_* and *_PROXY are refused: a trial must not run other code or leave the namespace",
    ),
  value: z.string().max(4096),
});

const trial = z.strictObject({
  sideEffects: z
    .enum(["None", "Isolated", "Accepted"])
    .describe(
      "What a trial item leaves behind: None, Isolated (trial.env points at throw-away stores) or Accepted",
    ),
  items: configMap("key item.js, a k6 module that exports item({ url, headers, n })").optional(),
  env: z
    .array(envVar)
    .max(40)
    .default([])
    .describe("Replaces variables of the component in both twins"),
  allowExternalCalls: z
    .boolean()
    .default(false)
    .describe(
      "Items may call hosts outside the cluster that the component's environment names and trial.env does not replace",
    ),
  pairsPerBlock: z.int().min(5).max(500).default(50),
  itemsPerExport: z
    .int()
    .min(1)
    .max(100_000)
    .default(250)
    .describe(
      "Items that a pod serves in the five seconds between two exports: so many share the price of one",
    ),
  warmupItems: z
    .int()
    .min(0)
    .max(100_000)
    .default(1500)
    .describe("Items served before anything is measured"),
  maxItems: z.int().min(100).max(1_000_000).default(60_000),
  pairs: z
    .int()
    .min(0)
    .max(99)
    .default(0)
    .describe(
      "Most pairs of fresh twins for the whole cost, measured once an item is within budget.cpuPercent; 0 leaves it at one pair that blocks only far above the guard. Profile Full, which cannot be switched per item, takes 40 when this is 0",
    ),
  skip: z
    .boolean()
    .default(false)
    .describe(
      "No trial: the verdict is NotMeasured and OverheadProven stays False with reason Skipped",
    ),
  acceptUnmeasured: z
    .boolean()
    .default(false)
    .describe(
      "For a CronJob, whose runs cannot be compared: true takes the agent after one run with exit code 0 and spans",
    ),
});

const signal = z.strictObject({
  name: name().max(40),
  query: promql().describe("One series per pod, asked of spec.legacy.prometheus"),
  worse: z
    .enum(["Higher", "Lower"])
    .default("Higher")
    .describe("The direction in which the new pods must not differ from the old ones"),
  tolerancePercent: z
    .number()
    .min(0)
    .max(10_000)
    .default(50)
    .describe("By how much of the old pods' median the new pods' may be worse"),
  atLeast: z
    .number()
    .min(0)
    .default(0)
    .describe("A difference of no more than this means nothing, in the unit of the query"),
  podLabel: z.string().min(1).max(128).default("pod"),
});

const target = () =>
  z.strictObject({
    kind: z
      .enum(KINDS)
      .default("Deployment")
      .describe("A CronJob cannot be measured: it needs trial.acceptUnmeasured"),
    name: name(),
    container: name()
      .optional()
      .describe("The container that runs Node; the first one when absent"),
  });

export const componentSchema = z.strictObject({
  name: name().max(40).describe("Also the service.name of its telemetry"),
  target: target().describe(
    "Its workload; when it is another one, the agent is taken out of the one before first",
  ),
  profile: z
    .enum(["Auto", ...PROFILES])
    .default("Auto")
    .describe("Auto tries profiles from rich to poor until one is within the budget"),
  onFailure: z
    .enum(["Hold", "Skip"])
    .default("Hold")
    .describe(
      "When no profile passes, or the agent was taken back: Hold waits for a person, Skip goes on without this component",
    ),
  trial: trial.default({
    sideEffects: "None",
    env: [],
    allowExternalCalls: false,
    pairsPerBlock: 50,
    itemsPerExport: 250,
    warmupItems: 1500,
    maxItems: 60_000,
    pairs: 0,
    skip: false,
    acceptUnmeasured: false,
  }),
  rollout: z
    .strictObject({
      soakSeconds: z
        .int()
        .min(1)
        .max(86_400)
        .default(60)
        .describe("minReadySeconds during the guarded rollout"),
      maxFirstShare: z
        .int()
        .min(1)
        .max(100)
        .default(50)
        .describe("Largest percentage of pods the first rollout step may change"),
      acceptNotGuarded: z
        .boolean()
        .default(false)
        .describe(
          "Roll out although no signals are named: then only crashes, readiness and the pulse are watched",
        ),
    })
    .default({ soakSeconds: 60, maxFirstShare: 50, acceptNotGuarded: false }),
  signals: z
    .array(signal)
    .max(10)
    .default([])
    .describe(
      "Compared between new pods and the old ones beside them during the rollout; the first regression takes the agent back",
    ),
  legacyOff: z
    .strictObject({ env: envVar })
    .optional()
    .describe("How the legacy emitter is switched off in the Retire step"),
});

const budget = z.strictObject({
  cpuPercent: z
    .number()
    .min(0.1)
    .max(100)
    .default(1)
    .describe("What the agent may cost per item, in percent of the component's CPU"),
  guardPercent: z
    .number()
    .min(0.1)
    .max(100)
    .default(3)
    .describe("Whole cost (memory, garbage collection, export) that a pair of twins may show"),
  enforce: z
    .boolean()
    .default(true)
    .describe(
      "At run time the agent leaves things out, in a documented order, while it costs more than cpuPercent",
    ),
  tailPercent: z
    .number()
    .min(0.1)
    .max(100)
    .default(5)
    .describe("How much slower slow items may become, in percent"),
  alpha: z
    .number()
    .min(0.001)
    .max(0.2)
    .default(0.05)
    .describe("Chance of a wrong verdict that is accepted"),
  maxMinutes: z.int().min(1).max(240).default(30).describe("Longest time one trial may take"),
  onInconclusive: z
    .enum(["Hold", "NextProfile"])
    .default("NextProfile")
    .describe("When a trial cannot decide: try a poorer profile, or wait for a person"),
});

const backends = z.strictObject({
  collector: collector
    .default({ replicas: 1 })
    .describe("Managed unless externalEndpoint (OTLP/HTTP) is given"),
  traces: traces.default({}).describe("A managed Jaeger unless externalQueryUrl is given"),
  metrics: z
    .strictObject({ externalUrl: url().optional() })
    .default({})
    .describe("A managed Prometheus unless externalUrl is given"),
});

/** What an objective promises of a component, from the numbers of its agent. */
const INDICATORS = ["Availability", "Latency"] as const;

const windowed = (what: string) =>
  promql()
    .optional()
    .describe(`${what}, as PromQL over the new series with [$window] as its range`);

const objective = z.strictObject({
  name: name().max(40).describe("Label slo of its rules"),
  targetPercent: z.number().min(50).max(99.999).describe("Percentage of good events"),
  windowDays: z.int().min(1).max(90).default(30),
  component: name().max(40).optional().describe("Whose requests; with indicator"),
  indicator: z
    .enum(INDICATORS)
    .optional()
    .describe("Availability: answered without a 5xx; Latency: within thresholdSeconds"),
  thresholdSeconds: z
    .number()
    .min(0.005)
    .max(10)
    .optional()
    .describe("A bound of http.server.request.duration: 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, ..."),
  good: windowed("Instead of component and indicator: good events"),
  total: windowed("With good: all events"),
});

export const specSchema = z.strictObject({
  target: z.enum(PHASES).describe("How far to go; lower it to go back"),
  approval: z
    .enum(["Automatic", "Manual"])
    .default("Automatic")
    .describe("Manual: each step waits for the approve annotation before anything of it begins"),
  revertOnDeletion: z
    .boolean()
    .default(true)
    .describe(
      "Whether deleting this resource first takes everything back to Legacy; false: workloads, rules and dashboards stay as they are, only the managed backends go",
    ),
  budget: budget.default(budget.parse({})),
  revalidate: z
    .enum(["OnRelease", "Never"])
    .default("OnRelease")
    .describe(
      "What a release of the user's, or a new agent, does to a verdict: OnRelease repeats the trial",
    ),
  freeze: z
    .array(z.strictObject({ from: moment(), until: moment() }))
    .max(50)
    .default([])
    .describe("Times in which nothing goes forward; taking back is never frozen"),
  components: z
    .array(componentSchema)
    .min(1)
    .max(100)
    .describe("In migration order; from the workload of one that is taken off the agent goes"),
  legacy: z
    .strictObject({ prometheus: z.strictObject({ url: url() }) })
    .optional()
    .describe("Where the old numbers live: read by baseline, parity, switch and retire guard"),
  pulse: z
    .strictObject({
      script: configMap("key item.js, a module that exports async item({ id })"),
      ratePerSecond: z.number().min(0.1).max(1000).default(5),
      deadlineSeconds: z
        .int()
        .min(1)
        .max(3600)
        .default(30)
        .describe("An item later than this counts as failed"),
      expectFailures: z
        .int()
        .min(0)
        .default(0)
        .describe("So many failures since the beginning take nothing back"),
      env: z.array(envVar).max(20).default([]),
    })
    .optional()
    .describe(
      "Constant traffic through everything; absent: DowntimeMeasured is False, never '0 failed'",
    ),
  backends: backends.default(backends.parse({})),
  baggage: z
    .array(z.string().min(1).max(128))
    .max(20)
    .default([])
    .describe("W3C baggage entries that become attributes of every span"),
  parity: z
    .strictObject({
      map: configMap("key parity.yaml"),
      windowSeconds: z
        .int()
        .min(30)
        .max(86_400)
        .default(300)
        .describe("Old and new numbers are compared over so long a window"),
    })
    .optional(),
  dashboards: z
    .strictObject({ legacy: configMap("Grafana JSON"), otel: configMap("Grafana JSON") })
    .optional(),
  alerts: z
    .strictObject({ legacy: configMap("rule files"), otel: configMap("rule files") })
    .optional(),
  objectives: z
    .array(objective)
    .max(20)
    .default([])
    .describe("Rules and a dashboard are made of them; nothing goes forward while one burns fast"),
  retire: z
    .strictObject({
      namespaces: z
        .array(name())
        .max(20)
        .describe("Where else dashboards and PrometheusRules are read before old series end"),
    })
    .optional(),
});

const condition = z.object({
  type: z.string(),
  status: z.enum(["True", "False", "Unknown"]),
  reason: z.string(),
  message: z.string(),
  observedGeneration: z.int().optional(),
  lastTransitionTime: z.string(),
});

const verdict = z.object({
  verdict: z.enum(["Running", "Passed", "Failed", "Inconclusive", "Error", "NotMeasured"]),
  reason: z.string(),
  message: z.string(),
  profile: z.enum(PROFILES),
  estimatePercent: z.number().optional(),
  lowerPercent: z.number().optional(),
  upperPercent: z.number().optional(),
  pairs: z.int().default(0),
  forecastPairs: z.int().optional(),
  guardPercent: z.number().optional(),
  guardLowerPercent: z.number().optional(),
  guardUpperPercent: z.number().optional(),
  cpuMicrosPerItem: z.number().optional(),
  spansPerItem: z.number().optional(),
  evidence: z.string().optional().describe("ConfigMap with the sealed record"),
  evidenceHash: z.string().optional(),
});

/** As much of a verdict as the status has room for. */
export const briefly = (judged: object): TrialVerdict => z.object(verdict.shape).parse(judged);

const componentStatus = z.object({
  name: z.string(),
  stage: z.enum(STAGES),
  reason: z.string().default(""),
  message: z.string().default(""),
  since: z.string().optional(),
  target: target().optional().describe("The workload that the agent is, or shall be, in"),
  profile: z.enum(PROFILES).optional(),
  hash: z
    .string()
    .optional()
    .describe("Agent configuration the pods carry or shall carry; empty when plain"),
  repair: z.int().default(0),
  partition: z
    .int()
    .optional()
    .describe(
      "Ordinal from which the pods of a StatefulSet are renewed while its rollout is guarded",
    ),
  firstOnly: z
    .boolean()
    .optional()
    .describe(
      "Only the first step of the rollout may be taken: the whole cost is not proven yet, and its pairs go on",
    ),
  failedBefore: z
    .int()
    .optional()
    .describe("Failures the pulse had counted when the rollout began"),
  guard: z
    .enum(["Guarded", "NotGuarded"])
    .optional()
    .describe("Whether signals of new and old pods were compared during the rollout"),
  kept: z
    .string()
    .optional()
    .describe("ConfigMap with what was kept when the component was taken back"),
  legacy: z.enum(["on", "off"]).default("on"),
  outgoing: z
    .array(z.object({ host: z.string(), variable: z.string(), outside: z.boolean() }))
    .optional()
    .describe("Hosts that the items of the trial may call, by the environment of the twins"),
  attempt: z.string().optional().describe("Trial attempt under way"),
  pair: z
    .int()
    .optional()
    .describe("Fresh pair under way, from 0, in an attempt that measures the whole cost"),
  pairSince: z.string().optional(),
  node: z
    .string()
    .optional()
    .describe("Node of the trial's twins, on which no other trial measures meanwhile"),
  attempts: z.int().default(0),
  originalReplicaSet: z.string().optional(),
  templateHash: z
    .string()
    .optional()
    .describe("Hash of the user's pod template the verdict belongs to"),
  verdict: verdict.optional(),
  verdicts: z.array(verdict).default([]).describe("All profiles tried, in order"),
});

const phaseRecord = z.object({
  name: z.enum(PHASES),
  startedAt: z.string(),
  seconds: z.number(),
  evidence: z.string(),
});

export const statusSchema = z.object({
  observedGeneration: z.int().optional(),
  phase: z.enum(PHASES).default("Legacy"),
  components: z.array(componentStatus).default([]),
  planHash: z
    .string()
    .optional()
    .describe("Names the next step as it would be taken now; the approve annotation may carry it"),
  next: z
    .object({ what: z.string(), reason: z.string(), message: z.string(), since: z.string() })
    .optional(),
  leavingSince: z
    .string()
    .optional()
    .describe("When the operator first saw that it shall leave; there is a deadline"),
  phaseStartedAt: z.string().optional().describe("When work towards the next phase began"),
  baseline: z.object({ recordedAt: z.string(), series: z.int() }).optional(),
  parity: z
    .object({
      windowStart: z.string(),
      windowEnd: z.string(),
      rows: z.array(
        z.object({ row: z.string(), verdict: z.string(), message: z.string().default("") }),
      ),
    })
    .optional(),
  downtime: z
    .object({
      sent: z.int().describe("HTTP requests that the items of the pulse have sent"),
      items: z.int().default(0).describe("Items, each followed to its result"),
      failed: z
        .int()
        .describe("Requests without a good answer, or items lost, wrong or late if those are more"),
      longestGapMs: z.int().describe("Longest time without any good answer"),
      lastFailure: z.string().optional(),
    })
    .optional()
    .describe("What the pulse has seen of failed requests, over all its runs"),
  pulse: z
    .object({
      run: z.string().describe("Pod and restart of the pulse that counts now"),
      sentBefore: z.int().describe("What earlier runs had sent"),
      itemsBefore: z.int().default(0).describe("Items of earlier runs"),
      failedBefore: z.int().describe("What earlier runs had seen fail"),
    })
    .optional(),
  objectives: z
    .array(
      z.object({
        name: z.string(),
        state: z
          .enum(OBJECTIVE_STATES)
          .describe("Burning: the budget would be gone within days; Met: it does not burn so fast"),
      }),
    )
    .optional(),
  switched: z.object({ step: z.string(), since: z.string() }).optional(),
  history: z.array(phaseRecord).default([]),
  conditions: z.array(condition).default([]),
  acknowledged: z
    .record(z.string(), z.string())
    .default({})
    .describe("Command annotations that were understood"),
});

export type Spec = z.infer<typeof specSchema>;
export type Status = z.infer<typeof statusSchema>;
export type ComponentSpec = z.infer<typeof componentSchema>;
export type Target = ComponentSpec["target"];
export type SignalSpec = z.infer<typeof signal>;
export type ComponentStatus = z.infer<typeof componentStatus>;
export type ObjectiveSpec = z.infer<typeof objective>;
export type TrialVerdict = z.infer<typeof verdict>;
export type Condition = z.infer<typeof condition>;
