/* oxlint-disable max-lines -- rows of words. */
/**
 * The commands, one row each, in the order in which a person meets them. Parsing, help, completion and docs/cli.md are made from
 * these rows; handlers are loaded when they are called. Programs with arguments of their own (console, overhead)
 * are rows too.
 */
import type { Command, Definition } from "./command.ts";
import { PHASES } from "./phases.ts";
import { command, lines } from "./program.ts";
import { EXIT } from "./trouble.ts";

const NAME = { name: "NAME", says: "the migration; the only one of the namespace when absent" };

const define = (
  definition: Partial<Definition> & Pick<Definition, "name" | "summary" | "about">,
): Definition => ({
  positionals: [],
  options: {},
  formats: [],
  cluster: true,
  examples: [],
  exits: {},
  ...definition,
});

const DRY = {
  "dry-run": { type: "boolean", says: "say what would be written, and write nothing" },
} as const;

const status = command(
  define({
    name: "status",
    summary: "where migrations stand: progress, time left, verdicts as they close in",
    about:
      "Shows the five steps with what is proven, every component with its stage and verdict, and what is waited for. With -w it stays and\nshows every change: as a tree on a terminal, as one line for each piece of news in a pipe. To wait for the end in a script:\nkubectl wait --for=condition=Ready ft/NAME.",
    positionals: [{ ...NAME, says: "the migration; all of the namespace when absent" }],
    options: {
      watch: { type: "boolean", short: "w", says: "stay and show every change" },
      "all-namespaces": { type: "boolean", short: "A", says: "look in all namespaces" },
    },
    formats: ["wide", "json", "yaml", "name"],
    examples: [
      ["flashcard-otel status -w", "watch the migration of the present namespace"],
      ["flashcard-otel status pipeline -n shop -o wide", "with the evidence of every phase"],
    ],
    exits: {
      [EXIT.no]:
        "a migration needs a person: a component is Held or TakenBack, or the spec is refused",
    },
  }),
  async () => (await import("./commands/status.ts")).status,
);

const explain = command(
  define({
    name: "explain",
    summary: "why a pod, a component or a verdict is as it is; what a reason means",
    about:
      "pod: whether it carries the agent and if not, why, in the words of the webhook's own code. component: its stage, what speaks against\ngoing on, what was measured. verdict: every number and what it says. reason: meaning and remedy of a reason word, without a cluster.",
    positionals: [
      {
        name: "WHAT",
        says: "kind of thing",
        required: true,
        choices: ["pod", "component", "verdict", "reason"],
      },
      {
        name: "WHICH",
        says: "name of the pod or component, or the reason word; all reasons when absent",
      },
      NAME,
    ],
    formats: ["json", "yaml"],
    examples: [
      ["flashcard-otel explain reason BudgetExceeded", "what a word means and what to do"],
      ["flashcard-otel explain component api -n shop", "why it does not go on"],
      ["flashcard-otel explain pod api-5d9c7b6f4-x2x9z", "why it carries no agent"],
    ],
    exits: { [EXIT.no]: "preflight refuses the component" },
  }),
  async () => (await import("./commands/explain.ts")).explain,
);

const verdict = command(
  define({
    name: "verdict",
    summary: "say again what the evidence of a trial proves",
    about:
      "Reads evidence (JSON lines) from standard input, or the sealed record of a component, and judges it with the engine that the operator\nuses. The budget is the one the load was planned with, or the resource's; options override it. No cluster is needed for standard input.",
    positionals: [
      { name: "COMPONENT", says: "take the sealed record of this component's last trial" },
      NAME,
    ],
    options: {
      evidence: { type: "string", value: "CONFIGMAP", says: "take this record" },
      cpu: { type: "string", value: "PERCENT", says: "budget of CPU per item" },
      guard: { type: "string", value: "PERCENT", says: "guard of the pair of twins" },
      alpha: { type: "string", value: "SHARE", says: "accepted share of wrong verdicts" },
      profile: {
        type: "string",
        value: "PROFILE",
        says: "what must have arrived",
        choices: ["Full", "Lean", "Sampled", "Metrics"],
      },
    },
    formats: ["json", "yaml"],
    examples: [
      ["flashcard-otel verdict < evidence.jsonl", "judge a file, anywhere"],
      [
        "flashcard-otel verdict api -n shop",
        "judge the sealed record, and see that the seal holds",
      ],
      ["flashcard-otel verdict api --cpu 5", "what would it be with a budget of 5 %?"],
    ],
    exits: { [EXIT.no]: "anything but Passed, or the seal does not hold" },
  }),
  async () => (await import("./commands/verdict.ts")).verdict,
);

const approve = command(
  define({
    name: "approve",
    summary: "let the next step of a migration with approval: Manual begin",
    about:
      "Writes the annotation flashcard-otel.dev/approve with status.planHash: one approval is for one step as it is now, and void when the spec or\na pod template changes before it is taken. With --any, or where status has no hash yet, it is written with the phase.",
    positionals: [NAME],
    options: {
      any: { type: "boolean", says: "approve the phase, whatever changes until then" },
      ...DRY,
    },
    examples: [["flashcard-otel approve pipeline", "take the next step as it is now"]],
    exits: { [EXIT.no]: "no step waits for approval" },
  }),
  async () => (await import("./commands/steer.ts")).approve,
);

const pause = command(
  define({
    name: "pause",
    summary: "let nothing go forward; what is not safe is still taken back",
    about: "Writes the annotation flashcard-otel.dev/paused. `resume` takes it away.",
    positionals: [NAME],
    options: DRY,
    examples: [["flashcard-otel pause -n shop", "stop for the weekend"]],
  }),
  async () => (await import("./commands/steer.ts")).pause,
);

const resume = command(
  define({
    name: "resume",
    summary: "go on after a pause",
    about:
      "Takes the annotation flashcard-otel.dev/paused away. A hold of `target` or `rollback` stays.",
    positionals: [NAME],
    options: DRY,
    examples: [["flashcard-otel resume -n shop", "go on"]],
    exits: { [EXIT.no]: "it is not paused" },
  }),
  async () => (await import("./commands/steer.ts")).resume,
);

const target = command(
  define({
    name: "target",
    summary: "go to a phase, or back to it, below spec.target",
    about:
      "Writes the annotation flashcard-otel.dev/hold: the operator goes to the lower of the two, hold and spec.target. The phase that spec.target\nnames lifts the hold. Going beyond spec.target needs the spec to be changed where it is kept.",
    positionals: [{ name: "PHASE", says: "how far to go", required: true, choices: PHASES }, NAME],
    options: DRY,
    examples: [
      ["flashcard-otel target Instrumented", "go no further than Instrumented, or back to it"],
      ["flashcard-otel target Legacy -n shop", "take everything back"],
    ],
  }),
  async () => (await import("./commands/steer.ts")).target,
);

const rollback = command(
  define({
    name: "rollback",
    summary: "go back one phase, or to the one that --to names",
    about:
      "As `target` with the phase below the present one. Nothing but the way back is begun; every step back is the operator's own.",
    positionals: [NAME],
    options: {
      to: { type: "string", value: "PHASE", says: "how far back", choices: PHASES },
      ...DRY,
    },
    examples: [["flashcard-otel rollback --to Alongside", "take the agent out of every component"]],
    exits: { [EXIT.no]: "it is not above the phase that is asked for" },
  }),
  async () => (await import("./commands/steer.ts")).rollback,
);

const retry = command(
  define({
    name: "retry",
    summary: "try again what is Held, TakenBack or Skipped",
    about:
      "Writes the annotation flashcard-otel.dev/retry with a new value. Components that were stuck start from the beginning.",
    positionals: [NAME],
    options: DRY,
    examples: [["flashcard-otel retry pipeline", "after the cause was repaired"]],
    exits: { [EXIT.no]: "nothing is stuck" },
  }),
  async () => (await import("./commands/steer.ts")).retry,
);

const plan = command(
  define({
    name: "plan",
    summary: "what would happen next and why, without touching anything",
    about:
      "Lets the operator's own state machine run on a world in which everything it waits for comes true, and prints its steps in order with the\nexpected time; asks preflight about every component, dry run of a pod included; shows line by line what becomes of the pods, and what a\ntrial creates and calls. Writes nothing. What you may not see is left out, and named.",
    positionals: [NAME],
    options: { "no-pods": { type: "boolean", says: "leave out the difference of the pods" } },
    formats: ["json", "yaml"],
    examples: [
      ["flashcard-otel plan -n shop", "before the first step"],
      ["flashcard-otel plan pipeline --no-pods", "only the order, the time and what is refused"],
    ],
    exits: { [EXIT.no]: "something is refused: a person must act first" },
  }),
  async () => (await import("./commands/plan.ts")).plan,
);

const check = command(
  define({
    name: "check",
    summary: "whether the cluster is fit: version, operator, webhook, policies, your rights",
    about:
      "Asks one question after the other and says for each what was found and what to do. What you may not see is marked with ?, and is no\nreason to fail. Whether the workloads themselves are fit is what `plan` says.",
    formats: ["json", "yaml"],
    examples: [["flashcard-otel check -n shop", "before the first migration in a namespace"]],
    exits: { [EXIT.no]: "something has to be repaired first" },
  }),
  async () => (await import("./commands/check.ts")).check,
);

const report = command(
  define({
    name: "report",
    summary: "what was done, proven and paid, as Markdown, HTML or JSON",
    about:
      "Phases with their evidence, every verdict with its interval, parity, failed requests; CPU and memory of operator, webhook, collector,\nJaeger, Prometheus and pulse (from the metrics server, or else from the kubelets: get nodes/proxy), and the series, spans and bytes that the dual run adds.",
    positionals: [NAME],
    options: {
      md: { type: "boolean", says: "Markdown (the default)" },
      html: { type: "boolean", says: "one page that needs nothing else" },
      json: { type: "boolean", says: "for machines" },
    },
    examples: [
      ["flashcard-otel report --html > report.html", "to hand it to somebody who was not there"],
    ],
  }),
  async () => (await import("./commands/report.ts")).report,
);

const suggest = command(
  define({
    name: "parity suggest",
    summary: "a parity map to check by hand, from old and new metrics",
    about:
      "Reads the old /metrics and the new series of the same process, each from an address or a file, and proposes which new series says what an\nold one said, and on what each row rests. Check every row: nothing is written and nothing is compared.",
    options: {
      legacy: {
        type: "string",
        value: "URL|FILE",
        says: "the old metrics: /metrics of the application, after some traffic",
      },
      otel: {
        type: "string",
        value: "URL|FILE",
        says: 'the new ones, e.g. http://PROMETHEUS/federate?match[]={job="NAMESPACE/SERVICE"}',
      },
    },
    cluster: false,
    examples: [
      [
        "flashcard-otel parity suggest --legacy http://127.0.0.1:9464/metrics --otel new.txt",
        "a first map for a service",
      ],
    ],
    exits: { [EXIT.no]: "no row can be proposed" },
  }),
  async () => (await import("./commands/suggest.ts")).suggest,
);

const bridge = command(
  define({
    name: "parity bridge",
    summary: "recording rules that join old and new series",
    about:
      "Reads a parity map from standard input and prints a rule file for the Prometheus that has both: for every row one series that has no hole where\nthe old one ends and the new one begins, in labels and units of the new one. What was dropped has no bridge.",
    cluster: false,
    examples: [
      [
        "flashcard-otel parity bridge < parity.yaml > bridge.yaml",
        "before a panel of thirty days is switched",
      ],
    ],
  }),
  async () => (await import("./commands/bridge.ts")).bridge,
);

const parityNow = command(
  define({
    name: "parity",
    summary: "whether old and new numbers say the same, row by row",
    about:
      "Prints the comparison that the operator made last; with --now, compares the last whole window at once, asking both Prometheuses through\nthe API server (right: get services/proxy).",
    positionals: [NAME],
    options: {
      now: { type: "boolean", says: "compare now instead of showing the last comparison" },
    },
    formats: ["wide", "json", "yaml"],
    examples: [["flashcard-otel parity --now -n shop", "before the target is raised to Validated"]],
    exits: { [EXIT.no]: "a row differs or lacks evidence, or nothing has been compared" },
  }),
  async () => (await import("./commands/parity.ts")).parity,
);

const parity: Command = { ...parityNow, under: [suggest, bridge] };

const logs = command(
  define({
    name: "logs",
    summary: "what all components logged about one trace",
    about:
      "Reads the logs of all containers of all components and prints the lines that name the trace, in the order in which they were written.",
    positionals: [NAME],
    options: {
      trace: { type: "string", value: "ID", says: "trace id, or a traceparent" },
      since: { type: "string", value: "TIME", says: "how far back, as 30m or 2h; 1h when absent" },
    },
    formats: ["json"],
    examples: [
      [
        "flashcard-otel logs --trace 4bf92f3577b34da6a3ce929d0e0e4736",
        "one request through all services",
      ],
    ],
    exits: { [EXIT.no]: "no line names the trace" },
  }),
  async () => (await import("./commands/logs.ts")).logs,
);

const diagnose = command(
  define({
    name: "diagnose",
    summary: "one archive for a bug report, without secrets",
    about:
      "Collects the objects of the namespace and of the operator, events, and the logs of flashcard-otel's own programs. Secrets are never read;\nvalues of variables, credentials in addresses, tokens and the contents of foreign ConfigMaps are removed; your services' logs stay out.",
    positionals: [NAME],
    options: { file: { type: "string", short: "f", value: "FILE", says: "where to write it" } },
    examples: [["flashcard-otel diagnose -n shop", "writes flashcard-otel-NAME-TIME.tar.gz"]],
  }),
  async () => (await import("./commands/diagnose.ts")).diagnose,
);

const eject = command(
  define({
    name: "eject",
    summary: "print manifests that keep the telemetry without the operator",
    about:
      "Prints the backends, the agents' ConfigMaps and every instrumented workload with the agent in its template, owned by nobody. Writes\nnothing; what to do with them, and in which order, is said on standard error.",
    positionals: [NAME],
    formats: ["json", "yaml"],
    examples: [["flashcard-otel eject > telemetry.yaml", "keep the result, leave the operator"]],
    exits: { [EXIT.no]: "no component carries the agent" },
  }),
  async () => (await import("./commands/eject.ts")).eject,
);

const consolePage: Command = {
  name: "console",
  summary: "a page on loopback about all migrations you may see",
  exits: { [EXIT.failed]: "the cluster cannot be reached", 130: "ended by you" },
  run: async (argv, io) => (await import("../console/main.ts")).run(argv, lines(io)),
};

const overhead: Command = {
  name: "overhead",
  summary: "what an agent costs any Node service, without a cluster",
  // A pipeline tells Failed from Inconclusive, which a command about a cluster need not.
  exits: {
    0: "Passed",
    1: "Failed",
    2: "an argument is wrong",
    3: "Inconclusive",
    4: "Error: nothing follows from it",
  },
  run: async (argv, io) => (await import("./commands/overhead.ts")).overhead(argv, io),
};

const completion: Command = command(
  define({
    name: "completion",
    summary: "completion of commands and options for bash, zsh or fish",
    about:
      "Prints a script for the shell. For `kubectl flashcard-otel`, put an executable kubectl_complete-flashcard_otel on the path that calls it.",
    positionals: [
      { name: "SHELL", says: "which shell", required: true, choices: ["bash", "zsh", "fish"] },
    ],
    cluster: false,
    examples: [["source <(flashcard-otel completion bash)", "in ~/.bashrc"]],
  }),
  async () => (await import("./commands/completion.ts")).completionOf(commands),
);

export const commands: readonly Command[] = [
  check,
  plan,
  status,
  explain,
  approve,
  pause,
  resume,
  target,
  rollback,
  retry,
  parity,
  verdict,
  logs,
  report,
  diagnose,
  eject,
  consolePage,
  overhead,
  completion,
];
