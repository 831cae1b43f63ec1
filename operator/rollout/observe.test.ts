import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { isDeepStrictEqual } from "node:util";
import type { Manifest } from "../cluster/cluster.ts";
import { AGENT_ANNOTATION, INJECTED_ANNOTATION, SKIPPED_ANNOTATION } from "../injection/names.ts";
import { observeRollout } from "./observe.ts";
import { userTemplateHash } from "./template.ts";

const NOW = new Date("2026-01-02T03:04:05Z");
const ago = (seconds: number): string => new Date(NOW.getTime() - seconds * 1000).toISOString();
const MARK = "lean@0123456789";

const template = (annotations: Record<string, string> = {}, image = "app:1") => ({
  metadata: {
    labels: { app: "api" },
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  },
  spec: { containers: [{ name: "app", image }] },
});

const asking = { [AGENT_ANNOTATION]: MARK };

const deployment = (
  annotations: Record<string, string> = {},
  difference: Partial<Manifest> = {},
): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "api", uid: "d-1", generation: 2 },
  spec: { replicas: 2, template: template(annotations) },
  status: { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 },
  ...difference,
});

const controlledBy = (uid: string) => [
  { apiVersion: "apps/v1", kind: "X", name: "x", uid, controller: true },
];

const set = (name: string, revision: number, user = template()): Manifest => {
  const { metadata, spec } = user;
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name,
      uid: name,
      annotations: { "deployment.kubernetes.io/revision": String(revision) },
      ownerReferences: controlledBy("d-1"),
    },
    spec: {
      template: {
        metadata: { ...metadata, labels: { ...metadata.labels, "pod-template-hash": name } },
        spec,
      },
    },
  };
};

const plain = set("api-1", 1);
const injectedSet = set("api-2", 2, template(asking));

interface PodDifference {
  annotations?: Record<string, string>;
  age?: number;
  container?: object;
  status?: object;
  deleted?: boolean;
}

const pod = (owner: string, name: string, difference: PodDifference = {}): Manifest => {
  const { annotations = {}, age = 20, container = {}, status = {}, deleted } = difference;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      annotations,
      creationTimestamp: ago(age),
      ownerReferences: controlledBy(owner),
      ...(deleted ? { deletionTimestamp: ago(1) } : {}),
    },
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: "True", lastTransitionTime: ago(age - 5) }],
      containerStatuses: [
        {
          name: "app",
          ready: true,
          started: true,
          restartCount: 0,
          state: { running: {} },
          ...container,
        },
      ],
      ...status,
    },
  };
};

const carrying = { annotations: { ...asking, [INJECTED_ANNOTATION]: MARK } };
const injected = (name: string, difference: PodDifference = {}): Manifest =>
  pod("api-2", name, { ...carrying, ...difference });

const look = (object: Manifest, pods: Manifest[], sets = [plain, injectedSet]) =>
  observeRollout(object, { replicaSets: sets, pods, jobs: [] }, { now: NOW, since: undefined });

describe("a workload before us", () => {
  test("is complete, and its ReplicaSet is the original one", () => {
    const pods = [pod("api-1", "a"), pod("api-1", "b")];
    expect(look(deployment(), pods, [plain])).toMatchObject({
      complete: true,
      originalReplicaSet: "api-1",
      currentReplicaSet: "api-1",
      plainPods: [],
      injectedPods: [],
      failing: [],
      newPods: { total: 2, ready: 2 },
      oldPods: { total: 0, ready: 0 },
    });
  });
});

describe("a rollout", () => {
  test("knows old from new pods and the ReplicaSet to come back to", () => {
    const status = { observedGeneration: 2, replicas: 3, updatedReplicas: 1, availableReplicas: 3 };
    const state = look(deployment(asking, { status }), [
      pod("api-1", "a"),
      pod("api-1", "b"),
      injected("c"),
    ]);
    expect(state).toMatchObject({
      complete: false,
      originalReplicaSet: "api-1",
      currentReplicaSet: "api-2",
      oldPods: { total: 2, ready: 2 },
      newPods: { total: 1, ready: 1 },
      injectedPods: ["c"],
    });
  });

  test.each([
    ["the controller has not seen the change", { observedGeneration: 1 }],
    ["an old pod is still there", { replicas: 3 }],
    ["a pod has not soaked yet", { availableReplicas: 1 }],
    ["not all are new", { updatedReplicas: 1 }],
  ])("is not complete while %s", (_case, difference) => {
    const status = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
    const object = deployment(asking, { status: { ...status, ...difference } });
    expect(look(object, []).complete).toBe(false);
  });

  test("finds pods that slipped past the webhook, those with another configuration, and the reason", () => {
    const skipped = { ...asking, [SKIPPED_ANNOTATION]: "OtherAgent: dd-trace: by NODE_OPTIONS" };
    const other = { ...asking, [INJECTED_ANNOTATION]: "lean@aaaaaaaaaa" };
    const state = look(deployment(asking), [
      injected("good"),
      pod("api-2", "slipped", { annotations: asking }),
      pod("api-2", "skipped", { annotations: skipped }),
      pod("api-2", "other", { annotations: other }),
      pod("api-2", "going", { annotations: asking, deleted: true }),
      pod("api-2", "evicted", { annotations: asking, status: { phase: "Failed" } }),
    ]);
    expect(state.plainPods).toEqual(["slipped", "skipped", "other"]);
    expect(state.skipped).toEqual([
      { pod: "skipped", reason: "OtherAgent", message: "dd-trace: by NODE_OPTIONS" },
    ]);
    expect(state.injectedPods).toEqual(["good", "other"]);
  });

  test("does not miss the mark when only the repair counter changed", () => {
    const repaired = { [AGENT_ANNOTATION]: `${MARK};container=app;repair=1` };
    const annotations = { ...repaired, [INJECTED_ANNOTATION]: MARK };
    const state = look(
      deployment(repaired),
      [pod("api-3", "a", { annotations })],
      [plain, set("api-3", 3, template(repaired))],
    );
    expect(state.plainPods).toEqual([]);
  });

  test("ignores pods and sets of others", () => {
    const stranger = {
      ...set("web-1", 9),
      metadata: { ...set("web-1", 9).metadata, ownerReferences: [] },
    };
    expect(look(deployment(), [pod("web-1", "x")], [stranger])).toMatchObject({
      currentReplicaSet: undefined,
      newPods: { total: 0, ready: 0 },
    });
  });

  test("after a takeback has the original ReplicaSet as its present one", () => {
    const back = set("api-1", 3);
    expect(look(deployment(), [], [injectedSet, back])).toMatchObject({
      originalReplicaSet: "api-1",
      currentReplicaSet: "api-1",
    });
  });

  test("has no original ReplicaSet when the user has released since", () => {
    const object = deployment(asking, {
      spec: { replicas: 2, template: template(asking, "app:2") },
    });
    expect(
      look(object, [], [plain, set("api-4", 4, template(asking, "app:2"))]).originalReplicaSet,
    ).toBeUndefined();
  });
});

const waiting = (reason: string) => ({
  state: { waiting: { reason } },
  started: false,
  ready: false,
});

const unready = (seconds: number) => ({
  conditions: [{ type: "Ready", status: "False", lastTransitionTime: ago(seconds) }],
});

test("pods that the API server refuses are told, as long as it does", () => {
  const refused = (status: string) => {
    const failure = { type: "ReplicaFailure", status, message: "exceeded quota: shop" };
    const counts = { observedGeneration: 2, replicas: 2 };
    return look(deployment(asking, { status: { ...counts, conditions: [failure] } }), []).refused;
  };
  expect(refused("True")).toBe("exceeded quota: shop");
  expect(refused("False")).toBeUndefined();
});

describe("an injected pod fails when", () => {
  test.each<[string, string, PodDifference]>([
    [
      "it crashes again and again",
      "CrashLoop",
      { age: 4000, container: waiting("CrashLoopBackOff") },
    ],
    [
      "its init container does",
      "CrashLoop",
      { status: { initContainerStatuses: [{ name: "i", ...waiting("CrashLoopBackOff") }] } },
    ],
    ["an image cannot be pulled", "ImageNotPulled", { container: waiting("ImagePullBackOff") }],
    ["it restarts soon after its start", "Restarted", { container: { restartCount: 1 } }],
    ["it hangs on a volume", "NotStarted", { age: 61, container: waiting("ContainerCreating") }],
    ["it is not scheduled", "NotStarted", { age: 61, status: { containerStatuses: [] } }],
    ["its startup probe fails", "NotStarted", { age: 61, container: { started: false } }],
    ["it never became ready", "NotReady", { age: 90, status: unready(85) }],
  ])("%s", (_case, expected, difference) => {
    expect(look(deployment(asking), [injected("a", difference)]).failing).toMatchObject([
      { pod: "a", reason: expected },
    ]);
  });

  test("whose image cannot be pulled is told: the agent brings one of its own only with its init container", () => {
    const failing = (name: string) =>
      look(deployment(asking), [
        injected("a", {
          status: { initContainerStatuses: [{ name, ...waiting("ErrImagePull") }] },
        }),
      ]).failing;
    expect(failing("flashcard-otel-full")).toMatchObject([{ theirs: false }]);
    expect(failing("migrate")).toMatchObject([{ theirs: true }]);
  });

  test("that nothing has run in says nothing about the agent, unless it waits for the agent's own image", () => {
    const theirs = (container: object, status: object = {}) =>
      look(deployment(asking), [injected("a", { age: 61, container, status })]).failing[0]?.theirs;
    const creating = waiting("ContainerCreating");
    expect(theirs(creating)).toBe(true);
    expect(theirs({}, { containerStatuses: [] })).toBe(true);
    expect(theirs({ ...creating, lastState: { terminated: { exitCode: 7 } } })).toBe(false);
    expect(theirs({ started: false })).toBe(false);
    const full = { initContainerStatuses: [{ name: "flashcard-otel-full", ...creating }] };
    expect(theirs(waiting("PodInitializing"), full)).toBe(false);
  });

  test("of too little memory, in the kubelet's word for it", () => {
    const terminated = { exitCode: 137, reason: "OOMKilled" };
    const container = { restartCount: 1, lastState: { terminated } };
    const [failure] = look(deployment(asking), [injected("a", { container })]).failing;
    expect(failure?.message).toContain("exit code 137 (OOMKilled)");
  });

  test("a pod that was ready and is not any more is compared with plain ones, and only with them", () => {
    const lost = injected("a", { age: 4000, status: unready(31) });
    const failing = (...others: Manifest[]) =>
      look(deployment(asking), [lost, ...others]).failing.map(({ reason }) => reason);
    expect(failing(pod("api-1", "b", { age: 4000 }))).toEqual(["BecameUnready"]);
    expect(failing(pod("api-1", "b", { age: 4000, status: unready(31) }))).toEqual([]);
    expect(failing()).toEqual([]);
  });

  test.each<[string, PodDifference]>([
    ["it is still young", { age: 50, container: waiting("ContainerCreating") }],
    ["it restarted long after its start", { age: 4000, container: { restartCount: 1 } }],
    ["it was ready and is waiting for something", { age: 4000, status: unready(30) }],
    ["it is going away", { age: 90, deleted: true, container: waiting("CrashLoopBackOff") }],
  ])("but not when %s", (_case, difference) => {
    expect(look(deployment(asking), [injected("a", difference)]).failing).toEqual([]);
  });

  test("but not when pods without the agent fail in the same way", () => {
    const crash = { age: 90, container: waiting("CrashLoopBackOff") };
    const pods = [injected("a", crash), pod("api-1", "b", crash)];
    expect(look(deployment(asking), pods).failing).toEqual([]);
  });
});

describe("the hash of the user's template", () => {
  test("is the same with and without our annotation, for the Deployment and its ReplicaSets", () => {
    const hashes = [deployment(), deployment(asking), plain, injectedSet].map(userTemplateHash);
    expect(new Set(hashes).size).toBe(1);
  });

  test("changes with anything of the user's", () => {
    const annotations = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,5}$/),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(annotations, annotations, (one, two) => {
        const same = userTemplateHash(deployment(one)) === userTemplateHash(deployment(two));
        expect(same).toBe(isDeepStrictEqual({ ...one }, { ...two }));
      }),
    );
  });
});
