/** What holds in any world whatever: nothing forward without proof, back from every breach, an end, and one writer. */
import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { decide } from "./decide.ts";
import { effectiveTarget, goalOf, rank } from "./goal.ts";
import { haltOf } from "./halt.ts";
import { planHash } from "./planhash.ts";
import type { ComponentStatus, Stage } from "./schema.ts";
import type { ComponentWorld, World } from "./types.ts";
import { anyWorld } from "./worlds.ts";

const RUNS = 1000;
/** Each of them is looked at sixty times. */
const FEWER = 200;

interface Step {
  before: ComponentStatus;
  after: ComponentStatus;
  seen: ComponentWorld;
}

const stepsIn = (world: World): Step[] => {
  const { components } = decide(world).status;
  return world.components.flatMap((seen, nth) => {
    const [before, after] = [world.migration.status.components[nth], components[nth]];
    return before && after ? [{ before, after, seen }] : [];
  });
};

const always = (law: (world: World) => void, numRuns = RUNS): void =>
  fc.assert(fc.property(anyWorld, law), { numRuns });
const everyStep = (law: (step: Step, world: World) => void): void =>
  always((world) => stepsIn(world).forEach((step) => law(step, world)));

const enters = ({ before, after }: Step, stage: Stage): boolean =>
  before.stage !== stage && after.stage === stage;

test("no phase is reached without its gates, its components and whoever must agree", () => {
  always((world) => {
    const { status } = decide(world);
    const { phase } = world.migration.status;
    if (rank(status.phase) <= rank(phase)) return;
    expect(status.phase).toBe(goalOf(world.migration));
    expect(rank(status.phase)).toBe(rank(phase) + 1);
    expect((world.gates[status.phase] ?? []).filter(({ passed }) => !passed)).toEqual([]);
    expect(haltOf(world)).toBeUndefined();
    const given = world.migration.metadata.annotations?.["flashcard-otel.dev/approve"];
    if (world.migration.spec.approval === "Manual")
      expect([status.phase, planHash(world)]).toContain(given);
    if (rank(status.phase) > rank("Alongside"))
      for (const { stage } of status.components)
        expect(["Instrumented", "Skipped"]).toContain(stage);
  });
});

test("pods get the agent only after a proof, or a word that none is wanted", () => {
  everyStep((step) => {
    if (!enters(step, "RollingOut") || step.before.stage === "Soaking") return;
    const { before, seen } = step;
    const isProven = before.stage === "Trial" && seen.trial?.verdict?.verdict === "Passed";
    const isWaived = seen.spec.trial.skip || seen.spec.target.kind === "CronJob";
    const isRenewal = before.stage === "Instrumented";
    expect(isProven || isWaived || isRenewal).toBe(true);
    if (before.stage === "Preflight") expect(seen.refusals).toEqual([]);
  });
});

test("a component is instrumented only when its rollout is through and its telemetry has arrived", () => {
  everyStep((step) => {
    if (!enters(step, "Instrumented")) return;
    expect(step.before.stage).toBe("Soaking");
    expect(step.seen.telemetrySeen).toBe(true);
    expect(step.seen.rollout?.complete ?? true).toBe(true);
  });
});

const CARRYING: readonly Stage[] = ["RollingOut", "Soaking", "Instrumented"];

test("a pod in trouble, and a request that fails or a signal that is worse in a rollout, always lead back", () => {
  everyStep(({ before, after, seen }, { pulse, migration }) => {
    if (!CARRYING.includes(before.stage) || !seen.rollout) return;
    const { failedBefore = 0 } = before;
    const allowed = Math.max(failedBefore, migration.spec.pulse?.expectFailures ?? 0);
    const lost = before.stage !== "Instrumented" && (pulse?.failed ?? 0) > allowed;
    const worse = before.stage !== "Instrumented" && seen.guard.some(({ regressed }) => regressed);
    if (seen.rollout.failing.length > 0 || lost || worse)
      expect([after.stage, after.hash]).toEqual(["TakingBack", ""]);
  });
});

test("a phase never stands on a component that lost its agent", () => {
  always((world) => {
    const { phase, components } = decide(world).status;
    if (components.some(({ stage }) => ["TakingBack", "TakenBack", "Held"].includes(stage)))
      expect(rank(phase)).toBeLessThanOrEqual(rank("Alongside"));
  });
});

test("with a lowered target nothing goes up, and no plain pod gets the agent", () => {
  always((world) => {
    const { phase } = world.migration.status;
    if (rank(effectiveTarget(world.migration)) > rank(phase)) return;
    expect(rank(decide(world).status.phase)).toBeLessThanOrEqual(rank(phase));
    if (rank(phase) > rank("Alongside")) return;
    for (const { before, after } of stepsIn(world))
      if (!before.hash) expect(after.hash || "").toBe("");
  });
});

/** Something goes forward on a workload: a preflight, a trial, new pods. */
const begins = ({ before, after }: Step): boolean =>
  after.legacy === before.legacy &&
  (enters({ before, after } as Step, "Preflight") ||
    (Boolean(after.attempt) && after.attempt !== before.attempt) ||
    (Boolean(after.hash) && after.hash !== before.hash));

test("never do two components begin something at once", () => {
  always((world) => {
    expect(stepsIn(world).filter(begins).length).toBeLessThanOrEqual(1);
  });
});

test("while it is halted nothing begins", () => {
  always((world) => {
    if (haltOf(world)) expect(stepsIn(world).filter(begins)).toEqual([]);
  });
});

/** A verdict is always about the profile that is being tried. */
const answering = ({ components, ...world }: World): World => ({
  ...world,
  components: components.map((seen, nth) => {
    const { profile = "Lean" } = world.migration.status.components[nth] ?? {};
    const verdict = seen.trial?.verdict && { ...seen.trial.verdict, profile };
    return seen.trial ? { ...seen, trial: { ...seen.trial, verdict } } : seen;
  }),
});

test("in a world that stays as it is it comes to rest", () => {
  always((world) => {
    let at = answering(world);
    for (let look = 0; look < 60; look += 1) {
      const { status } = decide(at);
      at = answering({ ...at, migration: { ...at.migration, status } });
    }
    expect(decide(at).status).toEqual(at.migration.status);
  }, FEWER);
});
