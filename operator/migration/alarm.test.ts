/** What undoes a rollout at once, stage by stage. */
import { describe, expect, test } from "@jest/globals";
import { alarmOf } from "./alarm.ts";
import { component, rollout, seen as sight, spec, world } from "./scenes.ts";
import type { ComponentStatus } from "./schema.ts";
import type { ComponentWorld, World } from "./types.ts";

const failing = {
  rollout: rollout({ failing: [{ pod: "api-1", reason: "CrashLoop", message: "no" }] }),
};
const worse = { guard: [{ signal: "errors", fresh: 1, old: 0, regressed: true }] };
const counted = (failed: number, lastFailure?: string): World["pulse"] => ({
  run: "pod/0",
  sent: 10,
  items: 5,
  failed,
  longestGapMs: 1,
  lastFailure,
  sentBefore: 0,
  itemsBefore: 0,
  failedBefore: 0,
});

interface Situation {
  status?: Partial<ComponentStatus>;
  seen?: Partial<ComponentWorld>;
  pulse?: World["pulse"];
  expectFailures?: number;
}

const alarm = ({ status = {}, seen: more = {}, pulse, expectFailures }: Situation) =>
  alarmOf({
    world: world({
      spec: spec({ pulse: { script: { configMap: "items" }, expectFailures } }),
      world: { pulse },
    }),
    seen: sight(more),
    status: component({ stage: "RollingOut", ...status }),
  });

describe("during a rollout", () => {
  test.each(["RollingOut", "Soaking"] as const)("at %s, every sign counts", (stage) => {
    const status = { stage };
    expect(alarm({ status, seen: failing })?.reason).toBe("CrashLoop");
    expect(alarm({ status, seen: worse })?.reason).toBe("Regression");
    expect(alarm({ status, pulse: counted(1) })?.reason).toBe("RequestsFailed");
    expect(alarm({ status })).toBeUndefined();
  });

  test("a pod in trouble is graver than a failed request, and that than a signal", () => {
    const everything = { seen: { ...failing, ...worse }, pulse: counted(1) };
    expect(alarm(everything)?.reason).toBe("CrashLoop");
    expect(alarm({ ...everything, seen: worse })?.reason).toBe("RequestsFailed");
  });

  test.each([
    ["from before it", { status: { failedBefore: 2 } }],
    ["that the user expects", { expectFailures: 2 }],
  ])("failures %s are no alarm, one more is", (_which, situation) => {
    expect(alarm({ ...situation, pulse: counted(2) })).toBeUndefined();
    expect(alarm({ ...situation, pulse: counted(3) })?.reason).toBe("RequestsFailed");
  });

  test("the last failure is told, where the pulse has told it", () => {
    expect(alarm({ pulse: counted(1, "item 7 was lost") })?.message).toContain(": item 7 was lost");
    expect(alarm({ pulse: counted(1) })?.message).toContain(": no detail");
  });
});

describe("afterwards", () => {
  const status = { stage: "Instrumented" } as const;

  test("only the pods themselves can alarm", () => {
    expect(alarm({ status, seen: failing })?.reason).toBe("CrashLoop");
    expect(alarm({ status, seen: worse, pulse: counted(1) })).toBeUndefined();
  });

  test("a workload that is gone has no pods in trouble", () => {
    expect(alarm({ status, seen: { rollout: undefined } })).toBeUndefined();
  });
});

test("before there is an agent in any pod, nothing alarms; at a first step that stands, everything does", () => {
  const status = { stage: "Trial" } as const;
  const everything = { seen: { ...failing, ...worse }, pulse: counted(1) };
  expect(alarm({ status, ...everything })).toBeUndefined();
  expect(alarm({ status: { ...status, firstOnly: true }, pulse: counted(1) })?.reason).toBe(
    "RequestsFailed",
  );
});
