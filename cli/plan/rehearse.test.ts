import { describe, expect, test } from "@jest/globals";
import {
  ago,
  component,
  type Scene,
  seen,
  spec,
  status,
  world,
} from "@flashcard-otel/operator/migration/scenes.ts";
import { rehearse } from "./rehearse.ts";

const whats = (scene: Scene): string[] =>
  rehearse(world(scene)).steps.map(
    ({ component: name, phase, what }) => `${name ?? phase}: ${what}`,
  );

const retired = spec({ target: "Retired" });
const legacyOff = { env: { name: "LEGACY", value: "off" } };
const switchable = seen({ spec: { ...seen().spec, legacyOff } });

describe("a rehearsal", () => {
  test("goes through every phase and stage to the target, in the machine's order", () => {
    const { steps, phase, stuck } = rehearse(world({ spec: retired }));
    expect(stuck).toBeUndefined();
    expect(phase).toBe("Retired");
    const reached = steps.filter(({ component: name }) => name === undefined);
    expect(reached.map((step) => step.phase)).toEqual([
      "Alongside",
      "Instrumented",
      "Validated",
      "Switched",
      "Retired",
    ]);
  });

  test("tells what becomes of a component: trial, rollout, telemetry, and the emitter at the end", () => {
    const scene = { spec: retired, components: [switchable] };
    const told = whats(scene).filter((what) => what.startsWith("api: "));
    expect(told).toEqual([
      expect.stringMatching(/trial of profile Lean/),
      expect.stringMatching(/rolling update, with profile Lean/),
      expect.stringMatching(/telemetry/),
      expect.stringMatching(/legacy emitter off/),
      expect.stringMatching(/telemetry/),
    ]);
  });

  test("counts of what goes on only the rest, by the forecast where there is one", () => {
    const verdict = { verdict: "Running", reason: "", message: "", profile: "Lean" } as const;
    const measuring = component({
      stage: "Trial",
      profile: "Lean",
      attempt: "a",
      since: ago(60),
      verdict: { ...verdict, pairs: 20, forecastPairs: 60 },
    });
    const { steps } = rehearse(
      world({ status: status({ phase: "Alongside", components: [measuring] }) }),
    );
    expect(steps[0]).toMatchObject({ component: "api", seconds: 120 });
    expect(steps[0]?.what).toMatch(/^goes on: trial of profile Lean/);
    expect(steps.filter(({ what }) => what.includes("trial"))).toHaveLength(1);
  });

  test("stops where the hold annotation stops the operator", () => {
    const held = { spec: retired, annotations: { "flashcard-otel.dev/hold": "Alongside" } };
    expect(rehearse(world(held)).phase).toBe("Alongside");
  });

  test("goes back the way the operator goes back", () => {
    const instrumented = component({ stage: "Instrumented", profile: "Lean", hash: "0123456789" });
    const back = {
      spec: spec({ target: "Legacy" }),
      status: status({ phase: "Validated", components: [instrumented] }),
    };
    expect(whats(back)).toEqual([
      "Instrumented: back from Validated",
      "Alongside: back from Instrumented",
      "api: rolling update without the agent",
      "Legacy: back from Alongside",
    ]);
  });

  test("names every approval that somebody has to give", () => {
    const waits = rehearse(world({ spec: spec({ target: "Instrumented", approval: "Manual" }) }));
    const asked = waits.steps.filter(({ waitsForYou }) => waitsForYou);
    expect(asked.map(({ phase }) => phase)).toEqual(["Alongside", "Instrumented"]);
    expect(waits.phase).toBe("Instrumented");
  });

  test("begins with the pause that has to be ended", () => {
    const paused = world({ annotations: { "flashcard-otel.dev/paused": "true" } });
    const { steps, phase } = rehearse(paused);
    expect(steps[0]).toMatchObject({ waitsForYou: true, what: expect.stringContaining("resume") });
    expect(phase).toBe("Instrumented");
  });

  test("says why it does not get there when a component is held", () => {
    const held = component({ stage: "Held", reason: "NotProven", message: "too dear" });
    const { stuck, steps } = rehearse(
      world({ status: status({ phase: "Alongside", components: [held] }) }),
    );
    expect(stuck).toBe("NotProven: api: too dear");
    expect(steps).toEqual([]);
  });

  test("takes a workload that is not there for one that will not move", () => {
    const gone = seen({ deployment: undefined, rollout: undefined });
    expect(rehearse(world({ components: [gone] })).stuck).toMatch(/WorkloadMissing/);
  });

  test("has nothing to tell when all is done", () => {
    const done = component({ stage: "Instrumented", profile: "Lean", hash: "0123456789" });
    const settled = world({ status: status({ phase: "Instrumented", components: [done] }) });
    // The hash is of an agent that is not at hand here.
    settled.sources.agent = "";
    expect(rehearse(settled)).toEqual({ steps: [], phase: "Instrumented" });
  });
});
