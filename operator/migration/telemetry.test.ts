import { expect, test } from "@jest/globals";
import { pino } from "pino";
import type { Manifest } from "../cluster/cluster.ts";
import { deployment, seen, spec, world } from "./scenes.ts";
import { observeTelemetry } from "./telemetry.ts";

const controlledBy = (uid: string) => [
  { apiVersion: "apps/v1", kind: "X", name: "x", uid, controller: true },
];

const pod = (name: string, phase = "Running", deletionTimestamp?: string): Manifest => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name,
    ownerReferences: controlledBy("set"),
    ...(deletionTimestamp ? { deletionTimestamp } : {}),
  },
  status: { phase },
});

/** Whether telemetry has arrived when a Prometheus knows series of so many of the pods. */
const arrived = (pods: Manifest[], known: number): Promise<boolean> => {
  const set = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name: "set", uid: "set", ownerReferences: controlledBy("d-1") },
  };
  const result = [{ metric: {}, value: [1, String(known)] }];
  const answer = { status: "success", data: { resultType: "vector", result } };
  const metrics = { externalUrl: "http://prometheus:9090" };
  const subject = {
    ...seen(),
    migration: world({ spec: spec({ backends: { metrics } }) }).migration,
    deployment: deployment(),
    inventory: { replicaSets: [set], pods, jobs: [] },
  };
  const fetch = async () => Response.json(answer);
  const deps = { fetch, log: pino({ level: "silent" }) };
  return observeTelemetry(subject as never, deps as never);
};

test("every pod that serves must have series of its own", async () => {
  expect(await arrived([pod("a"), pod("b")], 2)).toBe(true);
  expect(await arrived([pod("a"), pod("b")], 1)).toBe(false);
  expect(await arrived([], 0)).toBe(false);
});

test("pods that were evicted, have finished or are going have none to send", async () => {
  const gone = [
    pod("c", "Failed"),
    pod("d", "Succeeded"),
    pod("e", "Running", "2026-01-02T03:04:05Z"),
  ];
  expect(await arrived([pod("a"), ...gone], 1)).toBe(true);
});
