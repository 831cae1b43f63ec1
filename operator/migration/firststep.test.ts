/** A rollout whose whole cost is undecided: its first step, and what may follow. */
import { describe, expect, test } from "@jest/globals";
import { agentConfigMap } from "../injection/agent.ts";
import { decide } from "./decide.ts";
import { workloads } from "./desired.ts";
import { ago, component, rollout, seen, spec, status, world } from "./scenes.ts";
import type { ComponentStatus, TrialVerdict } from "./schema.ts";
import type { ComponentWorld, World } from "./types.ts";

const PAIRS = 20;

const asked = (kind: string) =>
  spec({
    components: [
      {
        name: "api",
        target: { kind, name: "api" },
        trial: { sideEffects: "None", items: { configMap: "items" }, pairs: PAIRS },
      },
    ],
  });

interface Scene {
  kind?: string;
  status?: Partial<ComponentStatus>;
  seen?: Partial<ComponentWorld>;
  world?: Partial<World>;
}

const sceneOf = (scene: Scene): World => {
  const { kind = "Deployment" } = scene;
  const wanting = asked(kind);
  const [only] = wanting.components;
  const template = { spec: { containers: [{ name: "app" }] } };
  return world({
    spec: wanting,
    status: status({ phase: "Alongside", components: [component({ ...PAIRED, ...scene.status })] }),
    components: [
      seen({
        ...(only ? { spec: only } : {}),
        deployment: {
          apiVersion: "apps/v1",
          kind,
          metadata: { name: "api", namespace: "shop" },
          spec: { template },
        },
        ...scene.seen,
      }),
    ],
    ...(scene.world ? { world: scene.world } : {}),
  });
};

const PAIRED = {
  stage: "Trial",
  profile: "Lean",
  attempt: "a1",
  pair: PAIRS - 1,
  pairSince: ago(5),
  since: ago(500),
} as const;

const judged = (difference: Partial<TrialVerdict>): Partial<ComponentWorld> => ({
  trial: {
    attempt: "a1",
    plain: undefined,
    injected: undefined,
    refused: undefined,
    node: undefined,
    job: undefined,
    jobPod: undefined,
    evidence: "{}\n",
    verdict: {
      verdict: "Inconclusive",
      reason: "GuardUndecided",
      message: "whole cost +2.10 %",
      profile: "Lean",
      pairs: PAIRS,
      ...difference,
    },
  },
});

const next = (scene: Scene): ComponentStatus | undefined =>
  decide(sceneOf(scene)).status.components[0];

/** Of the agent as it is now. */
const hash = agentConfigMap(world().migration, seen().spec, {
  profile: "Lean",
  legacyOff: false,
  agentSource: "// agent",
}).hash;
const first = { hash, firstOnly: true, pair: PAIRS } as const;
const beside = {
  asked: { hash, repair: 0 },
  complete: false,
  oldPods: { total: 2, ready: 2 },
  newPods: { total: 1, ready: 1 },
  updated: 1,
};

describe("undecided pairs", () => {
  test("let the first step go; the record grows on and is not sealed", () => {
    const { status: after, seal } = decide(sceneOf({ seen: judged({}) }));
    expect(after.components[0]).toMatchObject({
      stage: "RollingOut",
      reason: "FirstStepOnly",
      firstOnly: true,
      attempt: "a1",
      pair: PAIRS,
      verdict: { verdict: "Inconclusive" },
    });
    expect(seal).toHaveLength(1);
    expect(seal[0]).not.toHaveProperty("immutable");
  });

  test("lead nowhere when the first step would be the last one", () => {
    const single = { ...judged({}), rollout: rollout({ total: 1 }) };
    expect(next({ kind: "StatefulSet", seen: single })).not.toHaveProperty("firstOnly");
  });

  test("what has failed blocks at once", () => {
    const failed = judged({ verdict: "Failed", reason: "GuardExceeded" });
    expect(next({ seen: failed })).toMatchObject({ stage: "Trial", profile: "Sampled" });
  });
});

describe("the first step", () => {
  const rolling = { ...first, stage: "RollingOut" } as const;
  const at = (difference: Parameters<typeof rollout>[0]) =>
    sceneOf({ status: rolling, seen: { rollout: rollout({ ...beside, ...difference }) } });

  test("is over when all pods, old and new, have soaked; then the pairs go on", () => {
    const after = (available: number) => decide(at({ available, total: 3 })).status.components[0];
    expect(after(2)).toMatchObject({ stage: "RollingOut" });
    expect(after(3)).toMatchObject({ stage: "Trial", reason: "FirstStepTaken", attempt: "a1" });
    expect(after(3)).toMatchObject({ pair: PAIRS, firstOnly: true, hash });
  });

  test("counts of before the first new pod are not mistaken for its end", () => {
    const stale = { newPods: { total: 0, ready: 0 }, available: 2, total: 2, updated: 2 };
    expect(decide(at(stale)).status.components[0]).toMatchObject({ stage: "RollingOut" });
  });

  test.each([
    [
      "not before there is a new pod, or it would never come",
      { newPods: { total: 0, ready: 0 } },
      false,
    ],
    ["not before the request is written", { asked: undefined }, false],
    ["from its first new pod on", {}, true],
  ])("pauses the Deployment %s", (_when, difference, paused) => {
    const written = workloads(at(difference))[0]?.manifest.spec;
    expect(written).toMatchObject({ minReadySeconds: 60 });
    expect(Object.keys(written ?? {}).includes("paused")).toBe(paused);
  });

  test("keeps a StatefulSet at its partition through trial and soak", () => {
    const scene = (stage: "RollingOut" | "Trial") =>
      sceneOf({
        kind: "StatefulSet",
        status: { ...first, stage, partition: 2 },
        seen: { rollout: rollout({ ...beside, total: 3, available: 3 }) },
      });
    expect(decide(scene("RollingOut")).status.components[0]).toMatchObject({
      stage: "Trial",
      partition: 2,
    });
    expect(workloads(scene("Trial"))[0]?.manifest.spec).toMatchObject({
      updateStrategy: { rollingUpdate: { partition: 2 } },
    });
  });
});

describe("at the first step", () => {
  const taken = { ...first, pair: PAIRS + 2, reason: "FirstStepTaken" };
  const found = (difference: Partial<TrialVerdict>, more: Partial<ComponentWorld> = {}) =>
    next({
      status: taken,
      seen: { ...judged(difference), rollout: rollout({ ...beside }), ...more },
    });

  test("a pair more is stored, and the next one begins", () => {
    expect(found({ pairs: PAIRS + 3 })).toMatchObject({ stage: "Trial", pair: PAIRS + 3 });
  });

  test("passed: the last step goes", () => {
    const done = found({ verdict: "Passed", reason: "WithinGuard", pairs: PAIRS + 3 });
    expect(done).toMatchObject({ stage: "RollingOut", reason: "TrialPassed", attempt: "", hash });
    expect(done).not.toHaveProperty("firstOnly");
  });

  test.each([
    ["failed", { verdict: "Failed", reason: "GuardExceeded", pairs: PAIRS + 3 }],
    ["undecided to the end", { pairs: 2 * PAIRS }],
    ["not measurable any more", { verdict: "Error", reason: "NoSpans", pairs: PAIRS + 3 }],
  ] as const)("%s: the first pods are taken back", (_word, difference) => {
    expect(found(difference)).toMatchObject({ stage: "TakingBack", hash: "" });
  });

  test("a release of the user's ends the pause, and so does a pod that crashes", () => {
    const released = found({ pairs: PAIRS }, { templateHash: "template-2" });
    expect(released).toMatchObject({ stage: "TakingBack", reason: "TemplateChanged" });
    expect(released).not.toHaveProperty("firstOnly");
    const failing = [{ pod: "api-1", reason: "CrashLoop", message: "no" }];
    expect(found({}, { rollout: rollout({ ...beside, failing }) })).toMatchObject({
      stage: "TakingBack",
      reason: "CrashLoop",
    });
  });

  test("a failed item of the pulse takes the first pods back", () => {
    const pulse = { failed: 1, lastFailure: "503" } as World["pulse"];
    const scene = { status: taken, seen: { ...judged({}), rollout: rollout({ ...beside }) } };
    expect(next({ ...scene, world: { pulse } })).toMatchObject({ reason: "RequestsFailed" });
  });
});
