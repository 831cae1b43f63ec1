import { describe, expect, test } from "@jest/globals";
import type { Manifest } from "../cluster/cluster.ts";
import { AGENT_ANNOTATION, INJECTED_ANNOTATION } from "../injection/names.ts";
import { observeRollout } from "./observe.ts";

const NOW = new Date("2026-01-02T03:04:05Z");
const MARK = "lean@0123456789";

const set = (status: object = {}): Manifest => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "store", uid: "set-1", generation: 2 },
  spec: { replicas: 3, template: { spec: { containers: [] } } },
  status: {
    observedGeneration: 2,
    replicas: 3,
    updatedReplicas: 3,
    availableReplicas: 3,
    updateRevision: "store-2",
    ...status,
  },
});

interface Difference {
  revision?: string;
  plain?: boolean;
  ready?: boolean;
  deleted?: boolean;
}

const pod = (
  name: string,
  { revision = "store-2", plain, ready = true, deleted }: Difference = {},
): Manifest => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name,
    uid: `uid-${name}`,
    labels: { "controller-revision-hash": revision },
    annotations: plain ? {} : { [AGENT_ANNOTATION]: MARK, [INJECTED_ANNOTATION]: MARK },
    ...(deleted ? { deletionTimestamp: NOW.toISOString() } : {}),
    ownerReferences: [
      { apiVersion: "apps/v1", kind: "StatefulSet", name: "store", uid: "set-1", controller: true },
    ],
  },
  status: { conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
});

const look = (object: Manifest, pods: Manifest[]) =>
  observeRollout(object, { replicaSets: [], pods, jobs: [] }, { now: NOW, since: undefined });

test("its pods are its own, old and new ones told apart by their revision", () => {
  const stranger = { ...pod("web-0"), metadata: { name: "web-0" } };
  const state = look(set({ updatedReplicas: 1 }), [
    pod("store-0", { revision: "store-1", plain: true }),
    pod("store-2"),
    stranger,
  ]);
  expect(state).toMatchObject({
    complete: false,
    updated: 1,
    total: 3,
    currentReplicaSet: "store-2",
    injectedPods: ["store-2"],
    oldPods: { total: 1, ready: 1 },
    newPods: { total: 1, ready: 1 },
    firstShare: 33,
  });
});

test.each([
  ["an older generation was looked at", { observedGeneration: 1 }],
  ["a pod is missing", { replicas: 2 }],
  ["a pod is of an older revision", { updatedReplicas: 2 }],
  ["a pod is not available", { availableReplicas: 2 }],
])("it is not complete while %s", (_what, status) => {
  expect(look(set(status), []).complete).toBe(false);
  expect(look(set(), []).complete).toBe(true);
});

describe("what holds up the way back", () => {
  const stuck = (difference: Difference) =>
    look(set(), [pod("store-2", { revision: "store-1", ...difference })]).stuck;

  test("is a pod of the withdrawn revision that is not ready", () => {
    expect(stuck({ ready: false })).toEqual([{ name: "store-2", uid: "uid-store-2" }]);
  });

  test.each([
    ["a ready one", { ready: true }],
    ["one of the present revision", { ready: false, revision: "store-2" }],
    ["the user's own", { ready: false, plain: true }],
    ["one that is on its way out", { ready: false, deleted: true }],
  ])("is not %s", (_what, difference) => {
    expect(stuck(difference)).toEqual([]);
  });
});
