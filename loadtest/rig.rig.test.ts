import { beforeAll, describe, expect, test } from "@jest/globals";
import { k6Program } from "./testing/k6.ts";
import { type Outcome, type RigOptions, runRig } from "./testing/rig.ts";

// Far from what is planted on either side: the rig proves the apparatus, not the speed of the machine it runs on.
const budget = { cpuPercent: 20, guardPercent: 300, alpha: 0.05 };
let k6: string;

beforeAll(async () => {
  k6 = await k6Program();
}, 300_000);

const run = async (options: Partial<RigOptions>): Promise<Outcome> => {
  const outcome = await runRig({ k6, budget, ...options });
  process.stdout.write(
    `${outcome.verdict.verdict} ${outcome.verdict.reason}: ${outcome.verdict.message}\n`,
  );
  return outcome;
};

describe("a trial with the real k6, meter and sink", () => {
  test("an agent that costs next to nothing passes, its spans are counted and one item is sent on", async () => {
    const { verdict, evidence, forwarded } = await run({});
    expect(verdict).toMatchObject({ verdict: "Passed", reason: "WithinBudget", spansPerItem: 1 });
    expect(verdict.cpuMicrosPerItem).toBeGreaterThan(500);
    expect(evidence).toMatch(/"kind":"control".*"offTraces":0,.*"forwardedTrace":"[0-9a-f]{16}"/);
    expect(new Set(forwarded).size).toBe(1);
  }, 240_000);

  test("an agent that works as much as the application itself fails", async () => {
    const { verdict } = await run({ agent: { BURN_ROUNDS: "400" } });
    expect(verdict).toMatchObject({ verdict: "Failed", reason: "BudgetExceeded" });
    expect(verdict.estimatePercent).toBeGreaterThan(20);
  }, 240_000);

  test("an agent that is not there is an error, never a pass", async () => {
    const { verdict } = await run({ agent: { NODE_OPTIONS: "" } });
    expect(verdict).toMatchObject({ verdict: "Error", reason: "NoSpans" });
  }, 120_000);

  test("an agent that does not mute is an error", async () => {
    const { verdict } = await run({ agent: { BROKEN: "deaf" } });
    expect(verdict).toMatchObject({ verdict: "Error", reason: "SpansOfMutedItems" });
  }, 120_000);

  test("a fresh pair is a plan and a line, from an agent that knows of no trial", async () => {
    const { evidence } = await run({
      agent: { FLASHCARD_OTEL_TRIAL_TOKEN: "" },
      trial: {
        PAIR: "0",
        FIRST: "injected",
        EPOCH_ITEMS: "50",
        MAX_PAIRS: "2",
        WARMUP_ITEMS: "50",
        MARGIN_PERCENT: "300",
        ALPHA: "0.05",
      },
    });
    const [plan, epoch, ...others] = evidence
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(plan).toMatchObject({ kind: "plan", key: "whole", marginPercent: 300, maxPairs: 2 });
    expect(epoch).toMatchObject({
      kind: "epoch",
      pair: 0,
      first: "injected",
      before: [50, 50],
      bad: [0, 0],
      onItems: 100,
      traces: 100,
    });
    expect(others).toEqual([]);
  }, 120_000);

  test("items that fail are a failure of the agent's", async () => {
    const item = `import http from "k6/http";
export const item = ({ url, headers, n }) => {
  http.post(url + "/items", "word", { headers });
  return !(headers["flashcard-otel-trial"].endsWith(";on") && n % 50 === 49);
};
`;
    const { verdict } = await run({ item, trial: { TWIN_PAIRS: "0" } });
    expect(verdict).toMatchObject({ verdict: "Failed", reason: "RequestsFailed" });
  }, 120_000);

  test("a twin that does not answer ends the attempt with a sentence", async () => {
    const { verdict } = await run({ trial: { PLAIN_URL: "http://127.0.0.1:1" } });
    expect(verdict).toMatchObject({ verdict: "Error", reason: "Aborted" });
    expect(verdict.message).toContain("the plain twin does not answer on /readyz");
  }, 120_000);
});
