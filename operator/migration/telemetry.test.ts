import { expect, test } from "@jest/globals";
import { pino } from "pino";
import type { Manifest } from "../cluster/cluster.ts";
import { deployment, seen, spec, world } from "./scenes.ts";
import { observeTelemetry } from "./telemetry.ts";

const controlledBy = (uid: string) => [
  { apiVersion: "apps/v1", kind: "X", name: "x", uid, controller: true },
];

const BEGUN = "2026-01-02T03:00:00Z";
const later = (seconds: number): number => Date.parse(BEGUN) / 1000 + seconds;

const pod = (name: string, phase = "Running", deletionTimestamp?: string): Manifest => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name,
    ownerReferences: controlledBy("set"),
    ...(deletionTimestamp ? { deletionTimestamp } : {}),
  },
  status: { phase, startTime: BEGUN },
});

/** Whether telemetry has arrived when a Prometheus has samples of those pods, the last of them at those moments. */
const arrived = (pods: Manifest[], last: Record<string, number>): Promise<boolean> => {
  const set = {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name: "set", uid: "set", ownerReferences: controlledBy("d-1") },
  };
  const metrics = { externalUrl: "http://prometheus:9090" };
  const subject = {
    ...seen(),
    migration: world({ spec: spec({ backends: { metrics } }) }).migration,
    deployment: deployment(),
    inventory: { replicaSets: [set], pods, jobs: [] },
  };
  const fetch = async (_url: string, { body }: { body: URLSearchParams }) => {
    const [, asked = "", seconds = ""] =
      /=~"([^"]*)"}\[(\d+)s\]/.exec(body.get("query") ?? "") ?? [];
    const young = asked
      .split("|")
      .filter((name) => (last[name] ?? 0) > later(60) - Number(seconds));
    const result = young.length === 0 ? [] : [{ metric: {}, value: [1, String(young.length)] }];
    return Response.json({ status: "success", data: { resultType: "vector", result } });
  };
  const now = () => new Date(later(60) * 1000);
  const deps = { fetch, log: pino({ level: "silent" }), now };
  return observeTelemetry(subject as never, deps as never);
};

test("every pod that serves must have series of its own", async () => {
  const both = [pod("a"), pod("b")];
  expect(await arrived(both, { a: later(5), b: later(9) })).toBe(true);
  expect(await arrived(both, { a: later(5) })).toBe(false);
  expect(await arrived([], {})).toBe(false);
});

test("what a former pod of the same name has sent is not its own", async () => {
  expect(await arrived([pod("store-0")], { "store-0": later(-5) })).toBe(false);
  expect(await arrived([pod("store-0")], { "store-0": later(5) })).toBe(true);
});

test("pods that were evicted, have finished or are going have none to send", async () => {
  const gone = [pod("c", "Failed"), pod("d", "Succeeded"), pod("e", "Running", BEGUN)];
  expect(await arrived([pod("a"), ...gone], { a: later(5) })).toBe(true);
});
