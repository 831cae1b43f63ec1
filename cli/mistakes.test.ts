/** What people get wrong, and the sentence that each of them gets: it must lead to what is right. */
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { ClusterError } from "@flashcard-otel/operator/cluster/cluster.ts";
import type { MemoryCall } from "@flashcard-otel/operator/cluster/memory.ts";
import { number, rehearse, textOf } from "../verdict/rehearsal.ts";
import { save } from "./files.ts";
import { call } from "./testing/golden.ts";
import { MIDDLE, migration } from "./testing/scene.ts";
import { parityMap } from "./testing/parity.ts";
import { shop, type Stocked } from "./testing/shop.ts";
import type { Setting } from "./testing/terminal.ts";
import { connect } from "./reach/kubeconfig.ts";
import { EXIT } from "./trouble.ts";

const { done, usage, no, forbidden, missing, failed } = EXIT;

const at = (stocked: Stocked = {}): Setting => ({ connection: () => shop(stocked) });

const refusing = (
  refusal: ConstructorParameters<typeof ClusterError>[0],
  message: string,
): Setting => at({ options: { fail: () => new ClusterError(refusal, message) } });

const only = (verb: MemoryCall["verb"], error: Error): Setting =>
  at({ options: { fail: (one) => (one.verb === verb ? error : undefined) } });

const evidence = textOf(number(rehearse()));
const lines = evidence.split("\n");
const automatic = at();

/** As the program itself connects. */
const real: Setting = { connection: connect };
/** Two clusters, and no choice between them. */
const KUBECONFIG = join(import.meta.dirname, "testing", "kubeconfig.yaml");

const mistakes: [what: string, line: string, setting: Setting, code: number, told: RegExp][] = [
  ["a command that is misspelt", "stauts", {}, usage, /did you mean status\?/],
  ["a command of another tool", "get pods", {}, usage, /there is no command get[\s\S]*--help/],
  ["an option before the command", "-n shop status", {}, usage, /options come after it/],
  ["an option that is misspelt", "status --wach", automatic, usage, /did you mean --watch\?/],
  [
    "an option without its value",
    "status -n",
    automatic,
    usage,
    /it needs a value: --namespace NAMESPACE/,
  ],
  [
    "an empty option",
    "status --namespace=",
    automatic,
    usage,
    /--namespace is empty[\s\S]*needs a value/,
  ],
  ["a value for a switch", "status --watch=yes", automatic, usage, /it takes no value/],
  [
    "a format that does not exist",
    "status -o xml",
    automatic,
    usage,
    /known are wide, json, yaml, name/,
  ],
  ["a format of another command", "check -o name", automatic, usage, /json \| yaml/],
  ["a stream of objects", "status -w -o json", automatic, usage, /kubectl get ft -w -o json/],
  [
    "too many words",
    "pause one two",
    automatic,
    usage,
    /pause does not know what to do with two[\s\S]*pause \[NAME\]/,
  ],
  ["a phase in lower case", "target legacy", automatic, usage, /did you mean Legacy\?/],
  ["a stage for a phase", "target Soaking", automatic, usage, /Legacy, Alongside, Instrumented/],
  ["no phase", "target", automatic, usage, /PHASE is missing[\s\S]*target PHASE \[NAME\]/],
  [
    "a phase beyond the spec",
    "target Retired",
    at({ objects: [migration({ spec: { target: "Validated" } })] }),
    usage,
    /spec.target is Validated[\s\S]*kubectl patch ft pipeline/,
  ],
  [
    "a migration that does not exist",
    "status pipelin",
    automatic,
    missing,
    /there is no migration pipelin in namespace shop[\s\S]*did you mean pipeline\?/,
  ],
  ["the wrong namespace", "status", at({ objects: [] }), missing, /another namespace with -n/],
  [
    "one of two migrations",
    "pause",
    at({ objects: [migration(), migration({ name: "other" })] }),
    usage,
    /which one: pipeline, other/,
  ],
  [
    "a component that does not exist",
    "explain component wroker",
    automatic,
    missing,
    /did you mean worker\?/,
  ],
  ["no name to explain", "explain pod", automatic, usage, /explain pod NAME/],
  ["a thing that cannot be explained", "explain pods x", automatic, usage, /did you mean pod\?/],
  [
    "a reason that is misspelt",
    "explain reason buget",
    {},
    missing,
    /did you mean Budget|explain reason, without a word/,
  ],
  [
    "a pod that is gone",
    "explain pod api-5d9c7b6f4-x2x9y",
    automatic,
    missing,
    /did you mean api-5d9c7b6f4-x2x9z\?/,
  ],
  [
    "a verdict before there is one",
    "explain verdict api",
    automatic,
    missing,
    /it is Waiting[\s\S]*status -w/,
  ],
  ["an approval nobody waits for", "approve", automatic, no, /spec.approval is Automatic/],
  ["a retry of nothing", "retry", automatic, no, /none is Held, TakenBack or Skipped/],
  [
    "a way back from the beginning",
    "rollback",
    at({ objects: [migration()] }),
    no,
    /it is at Legacy/,
  ],
  [
    "a way back that leads forward",
    "rollback --to Validated",
    automatic,
    no,
    /cannot go back to Validated[\s\S]*it is at Alongside/,
  ],
  [
    "a way back that is shorter than the one it is on",
    "rollback",
    at({
      objects: [
        migration({
          status: { ...MIDDLE, phase: "Switched" },
          annotations: { "flashcard-otel.dev/hold": "Legacy" },
        }),
      ],
    }),
    no,
    /is on its way back to Legacy already/,
  ],
  [
    "a component for a migration",
    "retry worker",
    automatic,
    missing,
    /it is a component of pipeline[\s\S]*explain component worker/,
  ],
  [
    "a phase for a migration",
    "rollback alongside",
    automatic,
    missing,
    /it is a phase[\s\S]*target Alongside/,
  ],
  ["a migration for a component", "verdict pipeline", automatic, missing, /gateway, worker, api/],
  [
    "a name without its kind",
    "explain api",
    automatic,
    usage,
    /api is no WHAT[\s\S]*known are pod, component, verdict, reason/,
  ],
  ["a way on that was never barred", "resume", automatic, no, /pipeline is not paused/],
  [
    "an approval at the target",
    "approve",
    at({
      objects: [migration({ spec: { approval: "Manual", target: "Alongside" }, status: MIDDLE })],
    }),
    no,
    /it is at Alongside and shall not go further[\s\S]*raise spec.target/,
  ],
  ["no shell", "completion", {}, usage, /SHELL is missing[\s\S]*completion SHELL/],
  ["no evidence", "verdict", {}, usage, /verdict < evidence.jsonl/],
  ["an empty file", "verdict", { input: "" }, failed, /the evidence is empty/],
  [
    "evidence with a line lost",
    "verdict",
    { input: lines.toSpliced(3, 1).join("\n") },
    no,
    /damaged in line 4: number 3 is missing/,
  ],
  [
    "evidence that was cut off",
    "verdict",
    { input: evidence.slice(0, -20) },
    done,
    /the last line was cut off and left out/,
  ],
  [
    "evidence of something else",
    "verdict",
    { input: "hello\nworld\n" },
    no,
    /line 1: it is not a JSON object/,
  ],
  [
    "a budget that is no number",
    "verdict --cpu one",
    { input: evidence },
    usage,
    /--cpu one is no number above 0/,
  ],
  [
    "a component without evidence",
    "verdict worker",
    automatic,
    missing,
    /no trial of it has ended; it is Trial/,
  ],
  [
    "a ConfigMap that is no record",
    "verdict --evidence nothing",
    automatic,
    missing,
    /there is no ConfigMap nothing/,
  ],
  ["no trace", "logs", automatic, usage, /--trace is missing[\s\S]*32 hexadecimal digits/],
  [
    "a span id for a trace id",
    "logs --trace 00f067aa0ba902b7",
    automatic,
    usage,
    /32 hexadecimal digits/,
  ],
  [
    "a time without a unit",
    `logs --trace ${"a".repeat(32)} --since 30`,
    automatic,
    usage,
    /a number with s, m, h or d/,
  ],
  ["two reports at once", "report --md --html", automatic, usage, /exclude each other/],
  [
    "parity before it was compared",
    "parity",
    automatic,
    no,
    /the migration is at Alongside[\s\S]*parity --now/,
  ],
  [
    "parity without a map",
    "parity --now",
    automatic,
    no,
    /parity.yaml in ConfigMap parity-map[\s\S]*ParityMapMissing/,
  ],
  [
    "half of a suggestion",
    "parity suggest --legacy old.txt",
    {},
    usage,
    /--otel is missing[\s\S]*parity suggest --legacy URL\|FILE --otel URL\|FILE/,
  ],
  [
    "an option of parity for a suggestion",
    "parity suggest --now",
    {},
    usage,
    /parity suggest has no option --now/,
  ],
  ["a bridge of nothing", "parity bridge", {}, usage, /it is read from standard input/],
  [
    "a bridge of a map with a hole",
    "parity bridge",
    { input: "version: 1\nrows: [{ row: '1' }]" },
    failed,
    /row 1 of the parity map: legacy is missing/,
  ],
  [
    "nothing to take out",
    "eject",
    at({ objects: [migration()] }),
    no,
    /no component carries the agent/,
  ],
  ["a shell that is not known", "completion tcsh", {}, usage, /known are bash, zsh, fish/],
  [
    "a place that cannot be written",
    "diagnose -f /nowhere/report.tar.gz",
    { ...automatic, save },
    failed,
    /\/nowhere\/report.tar.gz cannot be written[\s\S]*--file/,
  ],
  [
    "a kubeconfig that is not there",
    "status --kubeconfig /nowhere/config",
    real,
    missing,
    /\/nowhere\/config does not exist[\s\S]*leave --kubeconfig out/,
  ],
  [
    "a kubeconfig that is something else",
    `status --kubeconfig ${import.meta.dirname}`,
    real,
    failed,
    /the kubeconfig cannot be read[\s\S]*kubectl config view/,
  ],
  [
    "a context that is misspelt",
    `status --context prd --kubeconfig ${KUBECONFIG}`,
    real,
    missing,
    /there is no context prd[\s\S]*did you mean prod\?[\s\S]*get-contexts/,
  ],
  [
    "no context at all",
    `status --kubeconfig ${KUBECONFIG}`,
    real,
    failed,
    /there is no cluster to talk to[\s\S]*use-context NAME/,
  ],
  [
    "a cluster that is away",
    "status",
    refusing("Unavailable", "calling the API server: connect ECONNREFUSED"),
    failed,
    /cannot be reached[\s\S]*kubectl cluster-info/,
  ],
  [
    "a cluster without the operator",
    "status",
    refusing(
      "NotFound",
      "the cluster does not know the kind FlashcardTelemetry of flashcard-otel.dev/v1alpha1",
    ),
    missing,
    /not installed[\s\S]*helm install/,
  ],
  [
    "a login that has expired",
    "status",
    refusing("Forbidden", "GET /apis: 401 Unauthorized"),
    forbidden,
    /log in to the cluster again/,
  ],
  [
    "a right that is missing",
    "pause",
    only("merge", new ClusterError("Forbidden", "PATCH /apis/x: 403 cannot patch")),
    forbidden,
    /you may not do that[\s\S]*check/,
  ],
  [
    "two people at once",
    "pause",
    only("merge", new ClusterError("Conflict", "has been modified")),
    failed,
    /run the command again/,
  ],
  [
    "a backend that is away",
    "parity --now",
    at({ objects: [migration(), parityMap] }),
    failed,
    /a backend does not answer[\s\S]*prometheus.monitoring.svc:9090[\s\S]*spec.legacy/,
  ],
  [
    "a right to ask services that is missing",
    "parity --now",
    at({
      objects: [migration(), parityMap],
      fetch: () =>
        Promise.reject(
          new ClusterError("Forbidden", "you may not use the proxy (get services/proxy)"),
        ),
    }),
    forbidden,
    /you may not do that[\s\S]*get services\/proxy/,
  ],
];

describe("a person who", () => {
  test.each(mistakes)("gives %s: %s", async (_what, line, setting, code, told) => {
    const { code: found, io } = await call({ argv: line.split(" "), setting });
    // An answer is printed; what is wrong is remarked.
    expect(`${io.err()}${io.out()}`).toMatch(told);
    expect(found).toBe(code);
    if (io.out() === "") expect(io.err()).toMatch(/^error: .+\n {2}why: {3}.+\n {2}to do: .+\n$/);
  });

  test("makes one of at least 30 mistakes, each told apart", () => {
    expect(mistakes.length).toBeGreaterThanOrEqual(30);
    expect(new Set(mistakes.map(([what]) => what)).size).toBe(mistakes.length);
  });
});

test.each([
  ["console --port many", usage, /a port is a number from 0 to 65535[\s\S]*usage:/],
  ["console --kubeconfig /nowhere", failed, /cannot start: .*\/nowhere/],
  ["overhead --url http://127.0.0.1:3000/", usage, /--app is missing: .*[\s\S]*usage:/],
])("a program understands its own arguments: %s", async (line, code, told) => {
  const { code: found, io } = await call({ argv: line.split(" ") });
  expect(io.err()).toMatch(told);
  expect(found).toBe(code);
});

test("a hidden mistake of ours is told as one", async () => {
  const setting = only("list", new Error("something of ours"));
  const { code, io } = await call({ argv: ["status"], setting });
  expect(code).toBe(failed);
  expect(io.err()).toMatch(/the command failed[\s\S]*something of ours[\s\S]*diagnose/);
});
