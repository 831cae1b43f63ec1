import { expect, test } from "@jest/globals";
import { memoryCluster } from "../cluster/memory.ts";
import { differences, stateOf } from "./state.ts";

const uid = "00000000-0000-4000-8000-000000000042";

const stateWith = (data: Record<string, string>, more: object = {}) => {
  const cluster = memoryCluster();
  cluster.put({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", namespace: "shop", ...more },
    data,
  });
  return stateOf(cluster, ["shop"]);
};

test("what differs from run to run is no difference", async () => {
  const one = await stateWith({ at: "2026-01-02T03:04:05Z" });
  const other = await stateWith({ at: "2027-01-02T03:04:05.678Z" }, { uid, resourceVersion: "77" });
  expect(differences(one, other)).toEqual([]);
});

test("what is kept of a rollout has the same name, and once too often is a difference", async () => {
  const cluster = memoryCluster();
  const keep = async (...rollouts: string[]) => {
    for (const rollout of rollouts)
      cluster.put({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: `p-takeback-api-${rollout}`, namespace: "shop" },
      });
    return stateOf(cluster, ["shop"]);
  };
  const one = await keep("24a20823");
  const name = "ConfigMap/shop/p-takeback-api-ROLLOUT";
  expect([...one.keys()]).toEqual([name]);
  expect(differences(one, await keep("8a01b622"))).toEqual([`${name} again is left over`]);
});

test("content, what is missing and what is left over are", async () => {
  const [one, other] = [await stateWith({ a: "1" }), await stateWith({ a: "2" })];
  expect(differences(one, other)).toEqual([expect.stringContaining("ConfigMap/shop/a is")]);
  expect(differences(one, new Map())).toEqual(["ConfigMap/shop/a is missing"]);
  expect(differences(new Map(), one)).toEqual(["ConfigMap/shop/a is left over"]);
});
