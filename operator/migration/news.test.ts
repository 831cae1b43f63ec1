import { expect, test } from "@jest/globals";
import { eventOf, news } from "./news.ts";
import { component, NOW, status, world } from "./scenes.ts";
import type { TrialVerdict } from "./schema.ts";

const failed: TrialVerdict = {
  verdict: "Failed",
  reason: "BudgetExceeded",
  message: "cpu per item +4.00 %",
  profile: "Lean",
  pairs: 20,
};

test("nothing is told about a status that only moves its numbers", () => {
  const before = component({ stage: "Trial", message: "10 pairs" });
  const after = component({ stage: "Trial", message: "11 pairs" });
  expect(news(status({ components: [before] }), status({ components: [after] }))).toEqual([]);
});

test("a phase that was reached is told with the evidence that let it through", () => {
  const history = [
    { name: "Alongside", startedAt: "x", seconds: 6, evidence: "the collector is ready" },
  ];
  expect(news(status(), status({ phase: "Alongside", history }))).toEqual([
    {
      type: "Normal",
      action: "Migrate",
      reason: "AlongsideReached",
      note: "the collector is ready",
    },
  ]);
});

test("a phase that was left for a lower one is told", () => {
  const told = news(status({ phase: "Switched" }), status({ phase: "Validated" }));
  expect(told).toMatchObject([{ reason: "BackAtValidated", note: "back from Switched" }]);
});

test("a verdict and the move that follows it are two pieces of news", () => {
  const before = component({ stage: "Trial" });
  const after = component({
    stage: "Held",
    reason: "NotProven",
    message: "no",
    verdicts: [failed],
  });
  expect(news(status({ components: [before] }), status({ components: [after] }))).toEqual([
    {
      type: "Warning",
      action: "Judge",
      reason: "TrialFailed",
      note: "api, profile Lean: cpu per item +4.00 %",
    },
    { type: "Warning", action: "Move", reason: "Held", note: "api: no (NotProven)" },
  ]);
});

test.each([
  ["Retreat", "Normal"],
  ["CrashLoop", "Warning"],
])("being taken back because of %s is %s", (reason, type) => {
  const before = status({ components: [component({ stage: "Instrumented" })] });
  const after = status({ components: [component({ stage: "TakingBack", reason })] });
  expect(news(before, after)).toMatchObject([{ type, reason: "TakingBack" }]);
});

test("events of one moment have names of their own and belong to the resource", () => {
  const { migration } = world();
  const item = { type: "Normal", action: "Move", reason: "Trial", note: "n".repeat(2000) } as const;
  const [first, second] = [0, 1].map((nth) => eventOf(item, { migration, now: NOW, nth }));
  expect(first?.metadata.name).not.toBe(second?.metadata.name);
  expect(first).toMatchObject({
    regarding: { kind: "FlashcardTelemetry", name: "pipeline", namespace: "shop", uid: "uid-1" },
    eventTime: "2026-01-02T03:04:05.000000Z",
  });
  expect(first?.["note"]).toHaveLength(1024);
});
