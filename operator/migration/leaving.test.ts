import { describe, expect, test } from "@jest/globals";
import { decide } from "./decide.ts";
import { bequeathed } from "./desired.ts";
import { effectiveTarget } from "./goal.ts";
import { asItStands, isLeft } from "./leaving.ts";
import { ago, component, rollout, type Scene, seen, spec, status, world } from "./scenes.ts";
import type { ComponentStatus } from "./schema.ts";

const LEAVE = { "flashcard-otel.dev/leave": "true" };
const proven = component({ stage: "Instrumented", profile: "Lean", hash: "h" });
const keeping = spec({ target: "Instrumented", revertOnDeletion: false });

const scene = (
  one: ComponentStatus,
  { status: more = {}, ...difference }: Omit<Scene, "status"> & { status?: object } = {},
) =>
  world({
    status: status({ phase: "Instrumented", components: [one], ...more }),
    deleted: true,
    ...difference,
  });

const after = (...given: Parameters<typeof scene>): ComponentStatus | undefined =>
  decide(scene(...given)).status.components[0];

describe("leaving", () => {
  test.each([
    ["a deleted resource", { deleted: true }, "Legacy"],
    ["one that says so", { deleted: false, annotations: LEAVE }, "Legacy"],
    ["one of which it shall keep what is proven", { spec: keeping }, "Instrumented"],
    ["one without an operator to keep it", { spec: keeping, annotations: LEAVE }, "Legacy"],
    ["one that stays", { deleted: false, spec: keeping }, "Instrumented"],
  ])("%s: it goes to its phase", (_what, difference, phase) => {
    expect(effectiveTarget(scene(proven, difference).migration)).toBe(phase);
  });

  test("takes the agent out, unless what is proven shall stay", () => {
    expect(after(proven, { status: { phase: "Alongside" } })).toMatchObject({
      stage: "TakingBack",
      hash: "",
    });
    expect(after(proven, { spec: keeping })).toMatchObject({ stage: "Instrumented", hash: "h" });
  });

  test.each(["RollingOut", "Soaking", "Trial"] as const)(
    "what is at %s is not proven and goes back",
    (stage) => {
      const one = component({ stage, profile: "Lean", hash: stage === "Trial" ? "" : "h" });
      expect(after(one, { spec: keeping })?.hash ?? "").toBe("");
    },
  );

  test("nothing proven is measured again or renewed meanwhile", () => {
    const components = [seen({ templateHash: "template-2" })];
    expect(after(proven, { spec: keeping, components })).toMatchObject({
      reason: "Stale",
      hash: "h",
    });
  });

  test("a crash still takes back what shall stay", () => {
    const failing = [{ pod: "api-x", reason: "CrashLoop", message: "crashes" }];
    const components = [seen({ rollout: rollout({ failing }) })];
    expect(after(proven, { spec: keeping, components })?.stage).toBe("TakingBack");
  });
});

test("what is proven is wanted as it stands, what is under way as it was before", () => {
  expect(asItStands({ ...proven, legacy: "off" })).toEqual({ agent: true, legacy: "off" });
  expect(asItStands(component({ stage: "Soaking" }))).toEqual({ agent: false, legacy: "on" });
});

describe("a resource is left", () => {
  const waiting = component();

  test("not before all of its components are", () => {
    const { migration } = scene(proven, { spec: keeping });
    const components = [proven, component({ name: "store", stage: "TakingBack" })];
    expect(isLeft({ ...migration, status: { ...migration.status, components } })).toBe(false);
  });

  test.each([
    ["with plain workloads at Legacy", true, waiting, { status: { phase: "Legacy" } }],
    ["not above it", false, waiting, { status: { phase: "Alongside" } }],
    ["not with the agent in a workload", false, proven, { status: { phase: "Legacy" } }],
    ["with what is proven, when that stays", true, proven, { spec: keeping }],
    [
      "not with half a switch",
      false,
      proven,
      {
        spec: keeping,
        status: { phase: "Validated", switched: { step: "RouteNew", since: ago(1) } },
      },
    ],
    [
      "with a whole one",
      true,
      proven,
      {
        spec: keeping,
        status: { phase: "Switched", switched: { step: "EverythingSwitched", since: ago(1) } },
      },
    ],
    ["not on the way back", false, component({ stage: "TakingBack" }), { spec: keeping }],
    [
      "never while nobody asked for it",
      false,
      waiting,
      { deleted: false, status: { phase: "Legacy" } },
    ],
  ])("%s", (_what, left, one, difference) => {
    expect(isLeft(scene(one, difference).migration)).toBe(left);
  });
});

describe("no leave takes for ever", () => {
  const stuck = component({ stage: "TakingBack", hash: "" });
  const carrying = [seen({ rollout: rollout({ asked: undefined, injectedPods: ["api-x"] }) })];
  /** Two rollouts of two pods. */
  const LATE = 2 * (600 + 2 * (60 + 60));
  const at = (seconds: number, difference: Parameters<typeof scene>[1] = {}) => {
    const given = { components: carrying, ...difference };
    return decide(
      scene(stuck, { ...given, status: { leavingSince: ago(seconds), ...difference?.status } }),
    ).status;
  };

  test("the operator remembers since when it leaves, and forgets it", () => {
    const { status: first } = decide(scene(proven));
    expect(first.leavingSince).toBe(ago(0));
    expect(decide(scene(proven, { status: { leavingSince: ago(9) } })).status.leavingSince).toBe(
      ago(9),
    );
    expect(
      decide(scene(proven, { deleted: false, status: { leavingSince: ago(9) } })).status
        .leavingSince,
    ).toBeUndefined();
  });

  test("until the deadline it waits for the pods", () => {
    expect(at(LATE).components[0]?.stage).toBe("TakingBack");
  });

  test("after it, what is left is told and let go", () => {
    const given = at(LATE + 1);
    expect(given).toMatchObject({
      phase: "Legacy",
      components: [{ stage: "Waiting" }],
      next: { reason: "NotRestored" },
    });
    expect(given.next?.message).toBe(
      `let go after ${LATE} s with this not restored: api: api-x carry the agent`,
    );
  });

  test("a switch that cannot be undone is told too, and forgotten", () => {
    const gate = { passed: true, reason: "SwitchingBack", message: "to be undone: RouteNew" };
    const given = at(LATE + 1, {
      world: { switching: { complete: false, undone: false, gate } },
      status: { switched: { step: "RouteNew", since: ago(9) } },
    });
    expect(given.next?.message).toContain("rules and dashboards: to be undone: RouteNew");
    expect(given.switched).toBeUndefined();
  });

  test.each([
    ["a template that asks for the agent", rollout(), "api still asks for the agent"],
    [
      "a rollout that does not end",
      rollout({ asked: undefined, complete: false }),
      "api: its rollout is not complete",
    ],
  ])("names %s", (_what, state, sentence) => {
    expect(at(LATE + 1, { components: [seen({ rollout: state })] }).next?.message).toContain(
      sentence,
    );
  });

  test("nobody is told of what was restored late", () => {
    const components = [seen({ rollout: rollout({ asked: undefined }) })];
    const given = at(LATE + 1, { components, status: { phase: "Alongside" } });
    expect(given).toMatchObject({ components: [{ stage: "Waiting" }], phase: "Legacy" });
    expect(given.next?.reason).not.toBe("NotRestored");
  });

  test("what is proven and shall stay is nothing left over", () => {
    const given = decide(
      scene(proven, { spec: keeping, status: { leavingSince: ago(LATE + 1) } }),
    ).status;
    expect(given.components[0]).toMatchObject({ stage: "Instrumented", hash: "h" });
    expect(given.next?.reason).not.toBe("NotRestored");
  });

  const pair = ["api", "store"].map((name) => ({ name, target: { name } }));
  const two = spec({ target: "Instrumented", revertOnDeletion: false, components: pair });
  const both = (totals: number[], stages: ComponentStatus["stage"][], seconds: number) =>
    decide(
      world({
        spec: two,
        deleted: true,
        status: status({
          phase: "Instrumented",
          leavingSince: ago(seconds),
          components: two.components.map(({ name }, nth) =>
            component({ name, stage: stages[nth] ?? "Waiting", profile: "Lean", hash: "h" }),
          ),
        }),
        components: two.components.map((one, nth) =>
          seen({
            spec: one,
            rollout: rollout({ total: totals[nth] ?? 0, injectedPods: [`${one.name}-x`] }),
          }),
        ),
      }),
    ).status;

  test("the longest rollout of all decides how long it may take", () => {
    const stages: ComponentStatus["stage"][] = ["Instrumented", "TakingBack"];
    expect(both([5, 1], stages, 2 * (600 + 120) + 1).next?.reason).not.toBe("NotRestored");
    expect(both([5, 1], stages, 2 * (600 + 5 * 120) + 1).next?.reason).toBe("NotRestored");
  });

  test("of two, what is proven stays and what is stuck is let go; only that is told", () => {
    const given = both([1, 1], ["Instrumented", "TakingBack"], 1441);
    expect(given.phase).toBe("Instrumented");
    expect(given.components.map(({ stage }) => stage)).toEqual(["Instrumented", "Waiting"]);
    expect(given.next?.message).toContain("store still asks for the agent");
    expect(given.next?.message).not.toContain("api");
  });

  test("a resource that nobody lets go of has no deadline", () => {
    const forgotten = { deleted: false, status: { leavingSince: ago(99_999) } };
    expect(at(LATE + 1, forgotten).next?.reason).not.toBe("NotRestored");
    const unknown = decide(scene(stuck, { components: carrying })).status;
    expect(unknown.components[0]?.stage).toBe("TakingBack");
  });

  test("rules that shall stay are nothing left over", () => {
    const gate = { passed: true, reason: "NotSwitched", message: "old" };
    const switching = { complete: false, undone: false, gate };
    const given = decide(
      scene(proven, {
        spec: keeping,
        world: { switching },
        status: { leavingSince: ago(LATE + 1) },
      }),
    ).status;
    expect(given.next?.reason).not.toBe("NotRestored");
  });
});

describe("a resource that is deleted leaves behind", () => {
  const owned = ["pipeline-rules", "pipeline-objectives", "pipeline-collector"].map((name) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name },
  }));
  const objectives = [
    { name: "calls", targetPercent: 99, good: "a[$window]", total: "b[$window]" },
  ];
  const left = (revertOnDeletion: boolean) =>
    bequeathed(
      scene(proven, {
        spec: spec({ target: "Switched", revertOnDeletion, objectives }),
        world: { owned },
      }),
    ).map(({ metadata }) => metadata.name);

  test("the rules that people are alarmed by, where what is proven stays", () => {
    expect(left(false)).toEqual(["pipeline-rules", "pipeline-objectives"]);
  });

  test("none where everything goes back", () => {
    expect(left(true)).toEqual([]);
  });
});
