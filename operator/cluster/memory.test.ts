import { expect, test } from "@jest/globals";
import { ClusterError, type Manifest } from "./cluster.ts";
import { contract } from "./contract.ts";
import { memoryCluster } from "./memory.ts";

const configMap: Manifest = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "a", namespace: "default" },
  data: { a: "1" },
};

contract("memory", async () => {
  const cluster = memoryCluster();
  // To the door under test the second one is just somebody else.
  return {
    cluster,
    other: { apply: async (manifest, options) => cluster.applyAs("kubectl", manifest, options) },
    stop: async () => undefined,
  };
});

test("an object that came through the door cannot be changed", async () => {
  const cluster = memoryCluster();
  const made = await cluster.create(configMap);
  expect(() => Object.assign(made.data ?? {}, { a: "2" })).toThrow(TypeError);
});

test("a failure that was ordered is thrown before anything happens", async () => {
  const cluster = memoryCluster({
    fail: ({ verb }) => (verb === "create" ? new ClusterError("Forbidden", "no") : undefined),
  });
  await expect(cluster.create(configMap)).rejects.toThrow("no");
  expect(cluster.objects()).toEqual([]);
  expect(cluster.calls.map(({ verb }) => verb)).toEqual(["create"]);
});

test("an admission webhook sees what is created, in a dry run too", async () => {
  const cluster = memoryCluster({ admit: (manifest) => ({ ...manifest, data: { b: "2" } }) });
  expect((await cluster.create(configMap, { dryRun: true })).data).toEqual({ b: "2" });
});

test("the tail of a log is its last lines", async () => {
  const cluster = memoryCluster();
  const pod = { namespace: "default", name: "pod", container: "k6" };
  cluster.setLog(pod, "1\n2\n3\n");
  expect(await cluster.logs({ ...pod, tailLines: 2 })).toBe("2\n3\n");
  expect(await cluster.logs(pod)).toBe("1\n2\n3\n");
});
