import { expect, test } from "@jest/globals";
import { openMetrics } from "./metrics.ts";
import { component, spec, status, world } from "./migration/scenes.ts";
import { STATES } from "./states.ts";

const key = { namespace: "shop", name: "pipeline" };
const objectives = [
  { name: "quick", state: "Burning" },
  { name: "up", state: "Met" },
  { name: "new", state: "NoData" },
];
const verdict = {
  verdict: "Passed",
  reason: "WithinBudget",
  message: "",
  profile: "Lean",
  lowerPercent: -0.1,
  estimatePercent: 0.4,
  pairs: 900,
} as const;

const { migration } = world({
  spec: spec({ target: "Validated" }),
  status: status({
    phase: "Instrumented",
    components: [component({ stage: "Instrumented", verdict })],
    downtime: { sent: 400, items: 100, failed: 2, longestGapMs: 210 },
    parity: {
      windowStart: "",
      windowEnd: "",
      rows: ["Match", "Match", "Differs"].map((one, nth) => ({ row: `${nth}`, verdict: one })),
    },
    objectives,
  }),
});

const told = async (metrics: ReturnType<typeof openMetrics>): Promise<string[]> =>
  (await metrics.text()).body
    .split("\n")
    .filter((line) => Object.keys(STATES).some((name) => line.startsWith(`${name}{`)))
    .map((line) =>
      line.replace('namespace="shop",migration="pipeline"', "HERE").replace(/^flashcard_otel_/, ""),
    );

test("a migration is told as its status has it; what nobody knows has no series", async () => {
  const metrics = openMetrics();
  metrics.migration(key, migration);
  expect(await told(metrics)).toEqual([
    "migration_phase{HERE} 2",
    "migration_target{HERE} 3",
    'component_stage{HERE,component="api",stage="Instrumented"} 1',
    'trial_verdict{HERE,component="api",profile="Lean",verdict="Passed"} 1',
    'trial_cost_percent{HERE,component="api",profile="Lean",bound="lower"} -0.1',
    'trial_cost_percent{HERE,component="api",profile="Lean",bound="estimate"} 0.4',
    "budget_percent{HERE} 1",
    'pulse_items_total{HERE,outcome="done"} 98',
    'pulse_items_total{HERE,outcome="failed"} 2',
    "pulse_longest_gap_seconds{HERE} 0.21",
    'parity_rows{HERE,verdict="Match"} 2',
    'parity_rows{HERE,verdict="Differs"} 1',
    'objective_burning{HERE,objective="quick"} 1',
    'objective_burning{HERE,objective="up"} 0',
  ]);
});

test("what is no more has no series either", async () => {
  const metrics = openMetrics();
  metrics.migration(key, migration);
  const stage = component({ stage: "TakenBack" });
  metrics.migration(key, { ...migration, status: status({ components: [stage] }) });
  expect((await told(metrics)).filter((line) => /stage|verdict|pulse/.test(line))).toEqual([
    'component_stage{HERE,component="api",stage="TakenBack"} 1',
  ]);
  metrics.migration(key, undefined);
  expect(await told(metrics)).toEqual([]);
});
