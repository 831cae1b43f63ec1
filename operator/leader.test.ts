import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "@jest/globals";
import { until } from "../e2e/kit/wait.ts";
import { type Cluster, ClusterError } from "./cluster/cluster.ts";
import { memoryCluster, type MemoryCluster } from "./cluster/memory.ts";
import { type Leadership, standFor, type Times } from "./leader.ts";

const log = { info: () => undefined, warn: () => undefined };
const times = { leaseMs: 500, giveUpMs: 120, everyMs: 10 };
/** Whoever waits for the end of a lease waits longer than any test. */
const NEVER_EXPIRES = { leaseMs: 3_600_000 };
const candidates: Leadership[] = [];

afterEach(async () => {
  await Promise.all(candidates.splice(0).map((one) => one.release()));
});

const stand = (cluster: Cluster, identity: string, other: Partial<Times> = {}): Leadership => {
  const one = standFor({
    cluster,
    identity,
    namespace: "operator",
    name: "lease",
    now: () => new Date(),
    log,
    times: { ...times, ...other },
  });
  candidates.push(one);
  return one;
};

const holder = (cluster: MemoryCluster) =>
  (cluster.objects()[0]?.spec as { holderIdentity?: string } | undefined)?.holderIdentity;
const settled = (what: string, look: () => boolean) =>
  until({ what, seconds: 3, everyMs: 5 }, async () => look());

test("of two candidates one leads", async () => {
  const cluster = memoryCluster();
  const [first, second] = [stand(cluster, "a"), stand(cluster, "b")];
  await settled("a leader", () => first.isLeader() || second.isLeader());
  await sleep(50);
  expect([first.isLeader(), second.isLeader()].filter(Boolean)).toHaveLength(1);
});

test("who leaves in good order hands over at once", async () => {
  const cluster = memoryCluster();
  const first = stand(cluster, "a");
  await first.won;
  const second = stand(cluster, "b", NEVER_EXPIRES);
  await first.release();
  expect(holder(cluster)).toBe("");
  await second.won;
  expect(cluster.objects()[0]?.spec).toMatchObject({ leaseTransitions: 2 });
});

test("a dead leader is replaced only after its lease has run out", async () => {
  const cluster = memoryCluster();
  cluster.put({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "lease", namespace: "operator" },
    // Its clock is far ahead; nobody must care.
    spec: { holderIdentity: "dead", renewTime: "2099-01-01T00:00:00.000000Z" },
  });
  const began = performance.now();
  await stand(cluster, "b").won;
  expect(performance.now() - began).toBeGreaterThan(times.leaseMs);
});

test("a leader that cannot renew stops before others may take over", async () => {
  let down = false;
  const cluster = memoryCluster();
  const read: Cluster["read"] = (reference) =>
    down ? Promise.reject(new ClusterError("Unavailable", "down")) : cluster.read(reference);
  const first = stand({ ...cluster, read }, "a");
  await first.won;
  down = true;
  await stand(cluster, "b").won;
  expect(first.isLeader()).toBe(false);
});

test("a leader whose lease was taken by another stops", async () => {
  const cluster = memoryCluster();
  const first = stand(cluster, "a");
  await first.won;
  const [lease] = cluster.objects();
  cluster.put({ ...lease, spec: { holderIdentity: "b" } } as never);
  await first.lost;
  expect(holder(cluster)).toBe("b");
});

test("a process that comes back under its name goes on at once", async () => {
  const cluster = memoryCluster();
  cluster.put({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "lease", namespace: "operator" },
    spec: { holderIdentity: "a" },
  });
  await stand(cluster, "a", NEVER_EXPIRES).won;
  expect(holder(cluster)).toBe("a");
});
