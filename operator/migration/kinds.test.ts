/** What is special about a StatefulSet and a CronJob on their way through the stages. */
import { describe, expect, test } from "@jest/globals";
import { decide } from "./decide.ts";
import { stuckPods, workloads } from "./desired.ts";
import { ago, component, rollout, seen, spec, status, world } from "./scenes.ts";
import type { ComponentStatus } from "./schema.ts";
import type { World } from "./types.ts";

type Rollout = Parameters<typeof rollout>[0];

const sceneOf = (
  kind: string,
  stage: Partial<ComponentStatus>,
  difference: Rollout = {},
): World => {
  const trial = { sideEffects: "None", acceptUnmeasured: true, skip: kind === "StatefulSet" };
  const asked = spec({ components: [{ name: "api", target: { kind, name: "api" }, trial }] });
  const [only] = asked.components;
  const deployment = {
    apiVersion: "apps/v1",
    kind,
    metadata: { name: "api", namespace: "shop" },
    spec: { template: { spec: { containers: [{ name: "app" }] } } },
  };
  return world({
    spec: asked,
    status: status({ phase: "Alongside", components: [component(stage)] }),
    components: [
      seen({ ...(only ? { spec: only } : {}), deployment, rollout: rollout(difference) }),
    ],
  });
};

const next = (...scene: Parameters<typeof sceneOf>) =>
  decide(sceneOf(...scene)).status.components[0];

const rolling = { stage: "RollingOut", profile: "Lean", hash: "h", since: ago(20) } as const;

describe("a StatefulSet", () => {
  const three = { updated: 1, available: 3, total: 3 };

  test("begins with the pod of the highest ordinal", () => {
    expect(next("StatefulSet", { stage: "Preflight" }, three)).toMatchObject({
      stage: "RollingOut",
      partition: 2,
    });
  });

  test("renews the others only when the first one is available", () => {
    const first = { ...rolling, partition: 2 };
    const at = (difference: Rollout) =>
      next("StatefulSet", first, { ...three, complete: false, ...difference });
    expect(at({ available: 2 })).toMatchObject({ stage: "RollingOut", partition: 2 });
    expect(at({ updated: 0 })).toMatchObject({ stage: "RollingOut", partition: 2 });
    expect(at({})).toMatchObject({ stage: "RollingOut", partition: 0 });
  });

  test("soaks when all are renewed", () => {
    expect(next("StatefulSet", { ...rolling, partition: 0 }, three)).toMatchObject({
      stage: "Soaking",
    });
  });

  test("a first pod that slipped past the webhook is renewed again, alone", () => {
    const plain = { ...three, complete: false, plainPods: ["api-2"] };
    expect(next("StatefulSet", { ...rolling, partition: 2 }, plain)).toMatchObject({
      reason: "NotInjected",
      partition: 2,
      repair: 1,
    });
  });

  test("has a partition of ours only while the rollout is guarded", () => {
    const patch = (stage: Partial<ComponentStatus>) =>
      workloads(sceneOf("StatefulSet", stage))[0]?.manifest.spec;
    expect(patch({ ...rolling, partition: 2 })).toMatchObject({
      updateStrategy: { rollingUpdate: { partition: 2 } },
    });
    expect(patch({ ...rolling, stage: "Instrumented", partition: 0 })).not.toHaveProperty(
      "updateStrategy",
    );
  });

  test("on the way back, and only then, pods that hold it up are removed by UID", () => {
    const stuck = [{ name: "api-2", uid: "u" }];
    const at = (stage: Partial<ComponentStatus>) =>
      stuckPods(sceneOf("StatefulSet", stage, { stuck }));
    expect(at({ stage: "TakingBack" })).toEqual(stuck);
    expect(at(rolling)).toEqual([]);
  });

  test("has as long as its pods need one after the other", () => {
    const late = { ...rolling, since: ago(900) };
    const waiting = { ...three, complete: false };
    expect(next("StatefulSet", late, waiting)).toMatchObject({ stage: "RollingOut" });
    expect(next("StatefulSet", { ...late, since: ago(961) }, waiting)).toMatchObject({
      stage: "TakingBack",
      reason: "RolloutTimedOut",
    });
  });

  test("that is through is not too late, however long nobody looked", () => {
    expect(next("StatefulSet", { ...rolling, since: ago(100_000) }, three)).toMatchObject({
      stage: "Soaking",
    });
  });

  test("held at its first pod for however long, has a deadline of its own for the others", () => {
    const held = { ...rolling, since: ago(100_000), partition: 2 };
    const first = { ...three, complete: false, updated: 1 };
    expect(next("StatefulSet", held, first)).toMatchObject({
      stage: "RollingOut",
      partition: 0,
      since: ago(0),
    });
  });
});

describe("a CronJob", () => {
  test("has no trial: its verdict is NotMeasured, and the overhead stays unproven", () => {
    const { status: after } = decide(sceneOf("CronJob", { stage: "Preflight" }));
    expect(after.components[0]).toMatchObject({
      stage: "RollingOut",
      verdict: { verdict: "NotMeasured", reason: "AcceptedUnmeasured" },
    });
    expect(after.conditions.find(({ type }) => type === "OverheadProven")).toMatchObject({
      status: "False",
      reason: "AcceptedUnmeasured",
    });
  });

  test("waits for its next run as long as that takes", () => {
    const waiting = { ...rolling, since: ago(86_400) };
    expect(next("CronJob", waiting, { complete: false })).toMatchObject({
      stage: "RollingOut",
      reason: "WaitingForRun",
    });
    expect(next("CronJob", waiting)).toMatchObject({ stage: "Soaking" });
  });

  test("has no soak: its pods serve nobody", () => {
    const [only] = workloads(sceneOf("CronJob", rolling));
    expect(only?.manifest).toMatchObject({ apiVersion: "batch/v1", kind: "CronJob" });
    expect(only?.manifest.spec).not.toHaveProperty("minReadySeconds");
  });

  test("a failed run takes the agent back", () => {
    const failing = [{ pod: "api-1", reason: "RunFailed", message: "exit code 1" }];
    expect(next("CronJob", rolling, { complete: false, failing })).toMatchObject({
      stage: "TakingBack",
      reason: "RunFailed",
    });
  });
});
