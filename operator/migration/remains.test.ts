import { expect, test } from "@jest/globals";
import { memoryCluster } from "../cluster/memory.ts";
import { observeRemains } from "./remains.ts";
import { component, rollout, seen, status, world } from "./scenes.ts";

const failing = [{ pod: "api-x", reason: "CrashLoop", message: "crashes" }];
const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "api" },
  spec: { template: { spec: { containers: [{ name: "app" }] } } },
};
const scene = (state: Parameters<typeof rollout>[0]) =>
  world({
    status: status({
      phase: "Alongside",
      components: [component({ stage: "RollingOut", hash: "h" })],
    }),
    components: [seen({ deployment, rollout: rollout(state) })],
  });
const event = (name: string, pod: string, note: string) => ({
  apiVersion: "events.k8s.io/v1",
  kind: "Event",
  metadata: { name, namespace: "shop" },
  eventTime: "2026-01-02T03:04:05.000000Z",
  type: "Warning",
  reason: "BackOff",
  note,
  regarding: { name: pod },
});

test("last words and events of the pods in trouble are read, and of no others", async () => {
  const cluster = memoryCluster();
  cluster.setLog({ namespace: "shop", name: "api-x", container: "app" }, "out of memory\n");
  cluster.put(event("one", "api-x", "restarting"));
  cluster.put(event("two", "other", "private"));
  const [looked] = await observeRemains(scene({ failing }), cluster);
  expect(looked?.remains?.logs["api-x.log"]).toBe("out of memory\n");
  expect(looked?.remains?.events).toBe(
    "2026-01-02T03:04:05.000000Z Warning BackOff api-x: restarting",
  );
});

test("while nothing is wrong nobody is asked", async () => {
  const cluster = memoryCluster();
  const [looked] = await observeRemains(scene({ complete: false }), cluster);
  expect(looked?.remains).toBeUndefined();
  expect(cluster.calls).toEqual([]);
});

test("what cannot be read holds nothing up", async () => {
  const cluster = memoryCluster({ fail: () => new Error("forbidden") });
  const [looked] = await observeRemains(scene({ failing }), cluster);
  expect(looked?.remains?.events).toBe("Error: forbidden");
  expect(looked?.remains?.logs["api-x.log"]).toBe("Error: forbidden");
});
