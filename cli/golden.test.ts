/** What every command answers, in a pipe and on a terminal, word for word. */
import { describe, expect, test } from "@jest/globals";
import { number, rehearse, textOf } from "../verdict/rehearsal.ts";
import { type Call, call, kept, transcript } from "./testing/golden.ts";
import { HELD, MIDDLE, migration } from "./testing/scene.ts";
import { shop, type Stocked } from "./testing/shop.ts";
import { pod } from "./testing/workloads.ts";

const at = (stocked: Stocked = {}): NonNullable<Call["setting"]> => ({
  connection: () => shop(stocked),
});

const evidence = textOf(number(rehearse()));

const manual = migration({ status: MIDDLE, spec: { approval: "Manual" } });
const stuck: Stocked = { objects: [migration({ status: HELD })] };

const cases: Record<string, [line: string, setting?: Call["setting"]]> = {
  help: ["--help"],
  "help-of-a-command": ["status --help"],
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
  pause: ["pause", at()],
  resume: ["resume pipeline", at()],
  target: ["target Legacy", at()],
  rollback: ["rollback", at()],
  retry: ["retry", at(stuck)],
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
