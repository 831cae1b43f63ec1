/** From phase to phase: what each step up and down asks, and which component moves meanwhile. */
import { describe, expect, test } from "@jest/globals";
import { decide } from "./decide.ts";
import {
  ago,
  component,
  rollout,
  type Scene,
  seen as sight,
  spec,
  status as standing,
  world,
} from "./scenes.ts";
import type { ComponentStatus, Phase } from "./schema.ts";
import type { Decision, Gate, World } from "./types.ts";

const gate = (passed: boolean): Gate => ({ passed, reason: "Asked", message: "asked" });
const open = [gate(true)];
const shut = [gate(false)];
const done = component({ stage: "Instrumented", profile: "Lean", reason: "Proven", message: "" });

interface Situation {
  phase: Phase;
  target: Phase;
  gates?: World["gates"];
  switching?: World["switching"];
  /** Of `api`, `store`, ...: as many as there are. */
  components?: ComponentStatus[];
  seen?: Parameters<typeof sight>[0];
  annotations?: Scene["annotations"];
}

const NAMES = ["api", "store"];

const at = (situation: Situation): Decision => {
  const { phase, target, gates = {}, switching, components = [done], annotations } = situation;
  const named = components.map((one, nth) => ({ ...one, name: NAMES[nth] ?? "" }));
  const trial = { sideEffects: "None", items: { configMap: "items" } };
  const asked = named.map(({ name }) => ({ name, target: { name }, trial }));
  const wish = spec({ target, components: asked });
  return decide(
    world({
      spec: wish,
      status: standing({ phase, components: named }),
      components: wish.components.map((one) => sight({ spec: one, ...situation.seen })),
      ...(annotations ? { annotations } : {}),
      world: { gates, switching },
    }),
  );
};

const phaseAt = (situation: Situation): Phase => at(situation).status.phase;
const stagesAt = (situation: Situation): string[] =>
  at(situation).status.components.map(({ stage }) => stage);

describe("going up", () => {
  const steps: [from: Phase, to: Phase, legacy: "on" | "off"][] = [
    ["Alongside", "Instrumented", "on"],
    ["Instrumented", "Validated", "on"],
    ["Validated", "Switched", "on"],
    ["Switched", "Retired", "off"],
  ];

  test.each(steps)("from %s to %s takes every component, proven", (phase, target, legacy) => {
    const gates = { [target]: open };
    const proven = { ...done, legacy };
    const halfway = component({ stage: "Soaking", legacy });
    expect(phaseAt({ phase, target, gates, components: [proven, proven] })).toBe(target);
    expect(phaseAt({ phase, target, gates, components: [proven, halfway] })).toBe(phase);
  });

  test.each(steps.slice(1))("from %s to %s takes its gates", (phase, target, legacy) => {
    const components = [{ ...done, legacy }];
    expect(phaseAt({ phase, target, gates: { [target]: shut }, components })).toBe(phase);
    const { next } = at({ phase, target, gates: {}, components }).status;
    expect(next).toMatchObject({ reason: "Observing", message: "gathering evidence" });
  });

  test("a component that was left out on purpose holds up neither the phase nor the next component", () => {
    const left = component({ stage: "Skipped" });
    const alongside = { phase: "Alongside", target: "Instrumented" } as const;
    expect(phaseAt({ ...alongside, components: [left, done] })).toBe("Instrumented");
    expect(stagesAt({ ...alongside, components: [left, component()] })).toEqual([
      "Skipped",
      "Preflight",
    ]);
  });
});

describe("the legacy emitters", () => {
  const last = { phase: "Switched", target: "Retired" } as const;

  test("go off only when nobody reads what they emit", () => {
    expect(stagesAt({ ...last, gates: { Retired: open } })).toEqual(["RollingOut"]);
    for (const gates of [{ Retired: shut }, {}])
      expect(stagesAt({ ...last, gates })).toEqual(["Instrumented"]);
  });

  test("stay off at Retired, where nobody is asked any more", () => {
    const off = { ...done, legacy: "off" as const };
    const { components } = at({ phase: "Retired", target: "Retired", components: [off] }).status;
    expect(components).toMatchObject([{ stage: "Instrumented", legacy: "off" }]);
  });
});

describe("going down", () => {
  const switching = (undone: boolean) => ({ complete: !undone, undone, gate: gate(true) });

  test.each<[Phase, Phase, Omit<Situation, "phase" | "target">]>([
    ["Retired", "Switched", {}],
    ["Switched", "Validated", {}],
    ["Validated", "Instrumented", { switching: switching(true) }],
    ["Instrumented", "Alongside", {}],
    ["Alongside", "Legacy", { components: [component()] }],
  ])("from %s to %s, when what stood on it is undone", (phase, below, undone) => {
    const { status: next } = at({ phase, target: "Legacy", ...undone });
    expect(next.phase).toBe(below);
    expect(next.next).toMatchObject({ what: "go back to Legacy" });
  });

  test.each<[string, Phase, Omit<Situation, "phase" | "target">]>([
    ["an emitter that is still off", "Switched", { components: [{ ...done, legacy: "off" }] }],
    ["rules that are not back yet", "Validated", { switching: switching(false) }],
    ["a workload that is not plain", "Alongside", {}],
  ])("waits for %s", (_what, phase, left) => {
    expect(phaseAt({ phase, target: "Legacy", ...left })).toBe(phase);
  });
});

describe("a component that lost its agent", () => {
  const lost = component({ stage: "TakenBack", reason: "CrashLoop", message: "restarted 3 times" });

  test("takes the phase back, and status and history say why", () => {
    const { phase, next, history } = at({
      phase: "Switched",
      target: "Retired",
      components: [lost],
    }).status;
    expect(phase).toBe("Alongside");
    expect(next).toMatchObject({
      what: "take back what was not safe",
      reason: "CrashLoop",
      message: "api is TakenBack: restarted 3 times",
    });
    expect(history.at(-1)?.evidence).toBe("api was taken back: restarted 3 times");
  });

  test("at Alongside is only what the next phase waits for", () => {
    const { next } = at({ phase: "Alongside", target: "Retired", components: [lost] }).status;
    expect(next).toMatchObject({
      what: "instrument component by component",
      reason: "CrashLoop",
      message: "api: restarted 3 times",
    });
  });
});

describe("one component at a time", () => {
  const released = { seen: { templateHash: "template-2" } };

  test.each(["on", "off"] as const)(
    "is measured again after a release of both, with the emitters %s",
    (legacy) => {
      const phase = legacy === "off" ? "Retired" : "Switched";
      const both = [done, done].map((one) => ({ ...one, legacy, hash: "h" }));
      const situation = { phase, target: phase, components: both, ...released } as const;
      expect(stagesAt(situation)).toEqual(["Trial", "Instrumented"]);
    },
  );

  test("is not measured again while a person holds it", () => {
    const annotations = { "flashcard-otel.dev/paused": "true" };
    const rest = { phase: "Switched", target: "Switched", ...released } as const;
    expect(at({ ...rest, annotations }).status.components).toMatchObject([
      { stage: "Instrumented", reason: "MigrationPaused" },
    ]);
  });

  test("loses its agent when the target is lowered, and so do all others at once", () => {
    const both = [done, done].map((one) => ({ ...one, hash: "h" }));
    expect(stagesAt({ phase: "Alongside", target: "Legacy", components: both })).toEqual([
      "TakingBack",
      "TakingBack",
    ]);
  });
});

describe("the next look", () => {
  const rest = { phase: "Switched", target: "Switched" } as const;

  test("is later at the target than on the way", () => {
    expect(at(rest).requeueSeconds).toBe(30);
    expect(at({ ...rest, target: "Retired", gates: { Retired: shut } }).requeueSeconds).toBe(2);
    expect(at({ ...rest, target: "Legacy" }).requeueSeconds).toBe(2);
  });

  test("is soon after the step that reaches the target: what it wants must still be made", () => {
    const last = { phase: "Validated", target: "Switched", gates: { Switched: open } } as const;
    expect(at(last)).toMatchObject({ status: { phase: "Switched" }, requeueSeconds: 2 });
  });

  test("is soon while a component is taken back, even where the phase is reached", () => {
    const failing = [{ pod: "api-1", reason: "CrashLoop", message: "no" }];
    const crashed = at({ ...rest, seen: { rollout: rollout({ failing }) } });
    expect(crashed.status.components[0]).toMatchObject({ stage: "TakingBack", since: ago(0) });
    expect(crashed.requeueSeconds).toBe(2);
  });
});
