/** Which agents some pod still needs to start: the others go. */
import { expect, test } from "@jest/globals";
import type { Manifest } from "../cluster/cluster.ts";
import { memoryCluster } from "../cluster/memory.ts";
import { AGENT_ANNOTATION } from "../injection/names.ts";
import { survey, takeStock } from "./observe.ts";
import { NOW, spec, world } from "./scenes.ts";
import type { World } from "./types.ts";

const HASH = "0123456789";
const annotations = { [AGENT_ANNOTATION]: `lean@${HASH};container=app` };
const template = { metadata: { annotations }, spec: { containers: [] } };

const pod = (phase: string): Manifest => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "run", namespace: "shop", annotations },
  status: { phase },
});

const job = (conditions: object[]): Manifest => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "run", namespace: "shop" },
  spec: { template },
  status: { conditions },
});

const set = (replicas: number): Manifest => ({
  apiVersion: "apps/v1",
  kind: "ReplicaSet",
  metadata: { name: "api-1", namespace: "shop" },
  spec: { replicas, template },
});

const inUse = async (object: Manifest): Promise<boolean> => {
  const cluster = memoryCluster({ now: () => NOW });
  cluster.put(object);
  const components = [{ name: "nightly", target: { kind: "CronJob", name: "nightly" } }];
  const { migration } = world({ spec: spec({ components }) });
  const { hashesInUse } = survey(migration, await takeStock(migration, cluster), {
    settings: { images: {} } as World["settings"],
    sources: { agent: "", trial: "", pulse: "" },
    now: () => NOW,
  });
  return hashesInUse.has(HASH);
};

test.each([
  ["that waits for it", true, pod("Pending")],
  ["that runs", true, pod("Running")],
  ["that has ended", false, pod("Succeeded")],
  ["that has failed", false, pod("Failed")],
  ["of a Job that may make another one", true, job([])],
  ["of a Job that has ended", false, job([{ type: "Complete", status: "True" }])],
  ["of a Job that has failed", false, job([{ type: "Failed", status: "True" }])],
  ["of a ReplicaSet", true, set(1)],
  ["of one that is scaled to nothing", false, set(0)],
])("a pod %s needs it: %s", async (_what, needed, object) => {
  expect(await inUse(object)).toBe(needed);
});
