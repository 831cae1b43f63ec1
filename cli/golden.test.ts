/** What every command answers, in a pipe and on a terminal, word for word. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { number, rehearse, textOf } from "@flashcard-otel/verdict/rehearsal.ts";
import { type Call, call, kept, transcript } from "./testing/golden.ts";
import { ClusterError, type Manifest } from "@flashcard-otel/operator/cluster/cluster.ts";
import { answers, matrix, vector } from "@flashcard-otel/operator/measurement/testing/answers.ts";
import { installed, usage } from "./testing/installed.ts";
import { COMPARED, HELD, MIDDLE, migration, PASSED } from "./testing/scene.ts";
import { NOW } from "./testing/terminal.ts";
import { parityMap } from "./testing/parity.ts";
import { shop, type Stocked } from "./testing/shop.ts";
import { pod } from "./testing/workloads.ts";

const at = (stocked: Stocked = {}): NonNullable<Call["setting"]> => ({
  connection: () => shop(stocked),
});

const evidence = textOf(number(rehearse()));

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

/** Two services that log, one of them about the trace out of order. */
const logged = () => {
  const place = shop();
  const line = (time: number, msg: string, trace_id: string): string =>
    `${JSON.stringify({ time, msg, trace_id })}\n`;
  const write = (name: string, text: string) =>
    place.memory.setLog(
      { namespace: "shop", name: `${name}-5d9c7b6f4-x2x9z`, container: "app" },
      text,
    );
  write("gateway", line(2, "asked", TRACE) + line(3, "of another one", "0".repeat(32)));
  write("api", line(1, "received", TRACE) + line(4, "answered", TRACE));
  return place;
};

const grown = (by: number): [number, number][] =>
  Array.from({ length: 60 }, (_, index): [number, number] => [
    NOW.getTime() / 1000 - 400 + index * 10,
    (by / 30) * index,
  ]);

const record = (text: string): Manifest => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "pipeline-evidence-gateway-0123456789", namespace: "shop" },
  immutable: true,
  data: { "evidence.jsonl": text },
});

/** The middle, whose gateway rests on exactly this evidence. */
const sealed = (text: string): Manifest => {
  const evidenceHash = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  const [gateway, ...others] = MIDDLE.components;
  const verdicts = [{ ...PASSED, evidenceHash }];
  return migration({ status: { ...MIDDLE, components: [{ ...gateway, verdicts }, ...others] } });
};

/** What the operator has made for the gateway, and one of its backends. */
const delivered = (): Manifest[] => [
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: "flashcard-otel-agent-0123456789",
      namespace: "shop",
      labels: { "app.kubernetes.io/managed-by": "flashcard-otel" },
      ownerReferences: [
        { apiVersion: "x", kind: "FlashcardTelemetry", name: "pipeline", uid: "uid-pipeline" },
      ],
    },
    immutable: true,
    data: { "agent.cjs": "// the agent", "config.json": "{}" },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "pipeline-collector",
      namespace: "shop",
      annotations: { "flashcard-otel.dev/applied": "1" },
    },
    spec: {
      clusterIP: "10.0.0.7",
      clusterIPs: ["10.0.0.7"],
      ports: [{ name: "otlp", port: 4318 }],
    },
  },
];

const NO_METRICS_SERVER = new ClusterError("NotFound", "the cluster does not know PodMetrics");

/** A pod of the operator and one of a backend. */
const onNode = (nodeName: string): Manifest[] => {
  const labels = { "flashcard-otel.dev/migration": "pipeline" };
  const jaeger = { ...labels, "app.kubernetes.io/component": "jaeger" };
  return [
    ...installed().filter(({ kind }) => kind === "Pod"),
    pod("jaeger", { name: "pipeline-jaeger-0", labels: jaeger }),
  ].map((one) => ({ ...one, spec: { ...(one.spec as object), nodeName } }));
};

/** As a kubelet tells them. */
const figures = (namespace: string, name: string, cores: number, mebibytes: number) => ({
  podRef: { namespace, name },
  cpu: { usageNanoCores: cores * 1e9 },
  memory: { workingSetBytes: mebibytes * 2 ** 20 },
});

const manual = migration({ status: MIDDLE, spec: { approval: "Manual" } });
const paused = migration({
  status: MIDDLE,
  annotations: { "flashcard-otel.dev/paused": "true" },
});
const stuck: Stocked = { objects: [migration({ status: HELD })] };

const cases: Record<string, [line: string, setting?: Call["setting"]]> = {
  help: ["--help"],
  "help-of-a-command": ["status --help"],
  check: ["check", at({ objects: [...installed(), migration()] })],
  "check-empty": ["check", at({ version: "v1.29.4", may: ({ verb }) => verb !== "patch" })],
  plan: ["plan", at({ objects: [migration()] })],
  "plan-middle": ["plan --no-pods", at()],
  "plan-json": ["plan -o json", at({ objects: [migration()] })],
  status: ["status", at()],
  "status-wide": ["status -o wide", at()],
  "status-name": ["status -o name", at()],
  "status-json": ["status pipeline -o json", at({ objects: [migration()] })],
  "status-yaml": ["status pipeline -o yaml", at({ objects: [migration()] })],
  "status-new": ["status", at({ objects: [migration()] })],
  "status-held": ["status", at(stuck)],
  "explain-reason": ["explain reason BudgetExceeded"],
  "explain-component": ["explain component worker", at(stuck)],
  "explain-verdict": ["explain verdict gateway", at()],
  "explain-pod": ["explain pod api-5d9c7b6f4-x2x9z", at()],
  "explain-pod-injected": [
    "explain pod api-5d9c7b6f4-x2x9z",
    at({
      objects: [
        pod("api", {
          annotations: {
            "flashcard-otel.dev/agent": "lean@0123456789",
            "flashcard-otel.dev/injected": "lean@0123456789",
          },
        }),
      ],
    }),
  ],
  verdict: ["verdict", { input: evidence }],
  "verdict-json": ["verdict -o json", { input: evidence }],
  approve: ["approve", at({ objects: [manual] })],
  "approve-any": ["approve --any", at({ objects: [manual] })],
  pause: ["pause", at()],
  resume: ["resume pipeline", at({ objects: [paused] })],
  target: ["target Legacy", at()],
  rollback: ["rollback", at()],
  retry: ["retry", at(stuck)],
  parity: ["parity", at({ objects: [migration({ status: COMPARED })] })],
  "parity-wide": ["parity -o wide", at({ objects: [migration({ status: COMPARED })] })],
  "parity-now": [
    "parity --now",
    at({
      objects: [migration({ status: MIDDLE }), parityMap],
      fetch: answers({
        "http://prometheus.monitoring.svc:9090": matrix([{}, grown(120)]),
        "http://pipeline-prometheus.shop.svc:9090": matrix([{}, grown(90)]),
        "http://pipeline-jaeger.shop.svc:16686/api": { data: [] },
      }).fetch,
    }),
  ],
  "parity-suggest": [
    "parity suggest --legacy old --otel new",
    {
      files: {
        old: 'jobs_total{kind="a"} 50\n# TYPE took summary\ntook_count 3\n',
        new: 'app_jobs_total{type="a"} 50\n',
      },
    },
  ],
  "parity-bridge": [
    "parity bridge",
    {
      input: [
        "version: 1",
        "rows:",
        "  - { row: '1', kind: counter, legacy: old_ms_total, otel: new_s_total, path: otlp, unitFactor: 0.001, labels: { ok: status }, values: { ok: { 'true': success } }, tolerancePercent: 1 }",
      ].join("\n"),
    },
  ],
  "console-help": ["help console"],
  "overhead-help": ["overhead --help"],
  "verdict-sealed": ["verdict gateway", at({ objects: [sealed(evidence), record(evidence)] })],
  "verdict-broken-seal": [
    "verdict gateway",
    at({ objects: [sealed(`${evidence} `), record(evidence)] }),
  ],
  logs: [`logs --trace ${TRACE}`, { connection: () => logged() }],
  "logs-json": [
    `logs --trace 00-${TRACE}-0000000000000001-01 -o json`,
    { connection: () => logged() },
  ],
  report: [
    "report",
    at({
      objects: [
        migration({ status: COMPARED }),
        usage("controller"),
        usage("webhook", { cpu: "1500000n" }),
        usage("collector", { namespace: "shop", memory: "10Mi" }),
      ],
      fetch: answers({ "http://pipeline-prometheus.shop.svc:9090": vector([{}, 420]) }).fetch,
    }),
  ],
  "report-kubelet": [
    "report",
    at({
      objects: [migration({ status: MIDDLE }), ...delivered(), ...onNode("node-1")],
      options: { fail: ({ kind }) => (kind === "PodMetrics" ? NO_METRICS_SERVER : undefined) },
      summary: {
        pods: [
          figures("flashcard-otel", "rel-controller-0", 0.012, 77),
          figures("shop", "pipeline-jaeger-0", 0.004, 11),
          figures("shop", "api-5d9c7b6f4-x2x9z", 0.5, 300),
        ],
      },
    }),
  ],
  "report-html": ["report --html", at()],
  "report-json": ["report --json", at({ objects: [migration()] })],
  diagnose: ["diagnose", at({ objects: [...installed(), migration({ status: MIDDLE })] })],
  eject: ["eject", at({ objects: [migration({ status: MIDDLE }), ...delivered()] })],
  "completion-bash": ["completion bash"],
  "completion-zsh": ["completion zsh"],
  "completion-fish": ["completion fish"],
};

describe.each([
  ["piped", false],
  ["terminal", true],
])("%s", (place, isTerminal) => {
  test.each(Object.entries(cases))("%s", async (name, [line, setting]) => {
    const wanted = { argv: line.split(" "), setting: { ...setting, isTerminal } };
    const text = transcript(wanted, await call(wanted));
    expect(text).toBe(await kept(`${place}/${name}`, text));
  });
});
