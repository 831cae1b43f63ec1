/** What happens to an instrumented component when its workload, its agent or a person's mind changes. */
import { describe, expect, test } from "@jest/globals";
import { agentConfigMap } from "../injection/agent.ts";
import { decide } from "./decide.ts";
import { ago, component, NOW, rollout, seen, spec, status, trialWorld, world } from "./scenes.ts";
import type { ComponentStatus, TrialVerdict } from "./schema.ts";
import type { ComponentWorld, World } from "./types.ts";

const { hash } = agentConfigMap(world().migration, seen().spec, {
  profile: "Lean",
  legacyOff: false,
  agentSource: world().sources.agent,
});

interface Scene {
  status?: Partial<ComponentStatus>;
  seen?: Partial<ComponentWorld>;
  spec?: Record<string, unknown>;
  world?: Partial<World>;
  annotations?: Record<string, string>;
}

const after = (scene: Scene = {}) => {
  const carrying = component({ stage: "Instrumented", profile: "Lean", hash, ...scene.status });
  const asked = rollout({ asked: { hash, repair: 0 } });
  return decide(
    world({
      spec: spec(scene.spec),
      status: status({ phase: "Instrumented", components: [carrying] }),
      components: [seen({ rollout: asked, ...scene.seen })],
      ...(scene.annotations ? { annotations: scene.annotations } : {}),
      ...(scene.world ? { world: scene.world } : {}),
    }),
  ).status;
};
const only = (scene: Scene = {}) => after(scene).components[0];

const released = { templateHash: "template-2" };
const judged = (verdict: TrialVerdict["verdict"], profile: TrialVerdict["profile"] = "Lean") =>
  trialWorld({ verdict: { verdict, reason: "R", message: "m", profile, pairs: 1 } });
const repeating = { stage: "Trial", attempt: "a1", templateHash: "template-1" } as const;

describe("after a release", () => {
  test("the trial is repeated with the same profile while the agent stays in", () => {
    expect(only({ seen: released })).toMatchObject({
      stage: "Trial",
      profile: "Lean",
      hash,
      templateHash: "template-2",
    });
  });

  test("not before the release itself is through", () => {
    const rolling = rollout({ asked: { hash, repair: 0 }, complete: false });
    const next = after({ seen: { ...released, rollout: rolling } });
    expect(next.components[0]).toMatchObject({ stage: "Instrumented", reason: "Stale" });
    expect(next.conditions.find(({ type }) => type === "OverheadProven")).toMatchObject({
      status: "False",
      reason: "Stale",
    });
  });

  test("with revalidate: Never the verdict stays stale", () => {
    expect(only({ seen: released, spec: { revalidate: "Never" } })).toMatchObject({
      stage: "Instrumented",
      reason: "Stale",
      templateHash: "template-1",
    });
  });

  test("nothing is repeated where nothing was measured", () => {
    const trial = { sideEffects: "None", skip: true } as const;
    const asked = spec({ components: [{ name: "api", target: { name: "api" }, trial }] });
    const [unmeasured] = asked.components;
    expect(
      only({ seen: { ...released, ...(unmeasured ? { spec: unmeasured } : {}) } }),
    ).toMatchObject({
      stage: "Instrumented",
      templateHash: "template-2",
    });
  });

  test("a verdict that passes leaves the pods as they are", () => {
    expect(only({ status: repeating, seen: { trial: judged("Passed") } })).toMatchObject({
      stage: "RollingOut",
      hash,
    });
  });

  test("a verdict that fails takes the agent back when no profile is left", () => {
    const poorest = { ...repeating, profile: "Metrics" } as const;
    expect(only({ status: poorest, seen: { trial: judged("Failed", "Metrics") } })).toMatchObject({
      stage: "TakingBack",
      reason: "NotProven",
      hash: "",
    });
  });

  test("another release in the middle starts the trial again and keeps the agent", () => {
    expect(only({ status: repeating, seen: released })).toMatchObject({ stage: "Trial", hash });
  });

  test("its own image, when it cannot be pulled, says nothing about the agent, before the trial and in it", () => {
    const failing = [{ pod: "api-x", reason: "ImageNotPulled", message: "m", theirs: true }];
    const unfinished = rollout({ asked: { hash, repair: 0 }, complete: false, failing });
    expect(only({ seen: { ...released, rollout: unfinished } })).toMatchObject({
      stage: "Instrumented",
      reason: "Stale",
    });
    expect(only({ status: repeating, seen: { rollout: unfinished } })?.stage).toBe("Trial");
    const ours = rollout({ ...unfinished, failing: [{ ...failing[0], theirs: false }] as never });
    expect(only({ seen: { ...released, rollout: ours } })?.stage).toBe("TakingBack");
    expect(only({ status: { stage: "RollingOut" }, seen: { rollout: unfinished } })?.stage).toBe(
      "TakingBack",
    );
  });

  test("a crash in the middle takes the agent back", () => {
    const failing = [{ pod: "api-x", reason: "CrashLoop", message: "m" }];
    expect(only({ status: repeating, seen: { rollout: rollout({ failing }) } })).toMatchObject({
      stage: "TakingBack",
      reason: "CrashLoop",
    });
  });

  test("a lowered target in the middle takes the agent back from the pods", () => {
    const carrying = component({ ...repeating, profile: "Lean", hash });
    const back = world({
      spec: spec({ target: "Alongside" }),
      status: status({ phase: "Alongside", components: [carrying] }),
    });
    expect(decide(back).status.components[0]).toMatchObject({ stage: "TakingBack", hash: "" });
  });
});

test("on the way down nothing is measured again", () => {
  const scene = { seen: released, spec: { target: "Alongside" } };
  expect(only({ ...scene, world: { gates: {} } })?.stage).toBe("Instrumented");
});

test("another agent is measured before it reaches the pods", () => {
  expect(only({ status: { hash: "0123456789" } })).toMatchObject({
    stage: "Trial",
    hash: "0123456789",
  });
});

test("another profile by name is measured before it reaches the pods, or goes there at once where nothing is measured", () => {
  const metrics = (trial: object) => {
    const components = [{ name: "api", target: { name: "api" }, profile: "Metrics", trial }];
    const [named] = spec({ components }).components;
    return only({ seen: named ? { spec: named } : {} });
  };
  const items = { configMap: "items" };
  expect(metrics({ sideEffects: "None", items })).toMatchObject({
    stage: "Trial",
    profile: "Metrics",
    hash,
  });
  const rolled = metrics({ sideEffects: "None", skip: true });
  expect(rolled).toMatchObject({ stage: "RollingOut", profile: "Metrics" });
  expect(rolled?.hash).not.toBe(hash);
});

describe("a halt", () => {
  const waiting = { stage: "Waiting", hash: "" } as const;
  const at = (seconds: number): string =>
    `${new Date(NOW.getTime() + seconds * 1000).toISOString().slice(0, 19)}Z`;
  const freeze = [{ from: at(-60), until: at(60) }];
  const paused = { "flashcard-otel.dev/paused": "true" };

  test.each([
    ["a pause", { annotations: paused }, "MigrationPaused"],
    ["a freeze", { spec: { freeze } }, "Frozen"],
  ])("%s begins nothing", (_what, scene, reason) => {
    expect(only({ status: waiting, ...scene })).toMatchObject({ stage: "Waiting", reason });
    const preflight = { stage: "Preflight", hash: "" } as const;
    expect(only({ status: preflight, ...scene })).toMatchObject({ stage: "Preflight", reason });
    const trial = { ...repeating, hash: "" };
    expect(only({ status: trial, seen: { trial: judged("Passed") }, ...scene })).toMatchObject({
      stage: "Trial",
      reason,
    });
  });

  test("that is over, or to come, holds nothing", () => {
    for (const window of [
      { from: at(-60), until: at(-1) },
      { from: at(1), until: at(60) },
    ])
      expect(only({ status: waiting, spec: { freeze: [window] } })?.stage).toBe("Preflight");
  });

  test("reaches no phase", () => {
    const gates = { Validated: [{ passed: true, reason: "Proven", message: "ok" }] };
    const scene = { spec: { target: "Validated", freeze }, world: { gates } };
    expect(after(scene)).toMatchObject({ phase: "Instrumented", next: { reason: "Frozen" } });
    expect(after({ ...scene, spec: { target: "Validated" } }).phase).toBe("Validated");
  });

  test("never holds what leads back", () => {
    const failing = [{ pod: "api-x", reason: "CrashLoop", message: "m" }];
    const crashing = { rollout: rollout({ failing }) };
    expect(only({ spec: { freeze }, annotations: paused, seen: crashing })?.stage).toBe(
      "TakingBack",
    );
    const rolling = { stage: "RollingOut", since: ago(5000) } as const;
    const slow = { rollout: rollout({ complete: false }) };
    expect(only({ status: rolling, spec: { freeze }, seen: slow })?.stage).toBe("TakingBack");
  });
});

describe("an approval", () => {
  const gates = { Validated: [{ passed: true, reason: "Proven", message: "ok" }] };
  const manual = { spec: { target: "Validated", approval: "Manual" }, world: { gates } };
  const approve = (word = "") => ({
    ...manual,
    annotations: { "flashcard-otel.dev/approve": word },
  });

  test("by the plan's hash is for the plan as it was", () => {
    const { planHash, next } = after(manual);
    expect(next?.message).toContain(planHash);
    expect(after(approve(planHash)).phase).toBe("Validated");
    expect(after({ ...approve(planHash), seen: released }).phase).toBe("Instrumented");
  });
});

test("a component that may be left out is, also after it was taken back", () => {
  const skipping = spec({
    components: [{ name: "api", target: { name: "api" }, onFailure: "Skip" }],
  });
  const [optional] = skipping.components;
  const back = { stage: "TakingBack", hash: "", reason: "CrashLoop" } as const;
  const plain = { rollout: rollout({ asked: undefined }) };
  expect(
    only({ status: back, seen: { ...plain, ...(optional ? { spec: optional } : {}) } }),
  ).toMatchObject({ stage: "Skipped", reason: "CrashLoop" });
});
