import { expect, test } from "@jest/globals";
import { memoryCluster } from "../../operator/cluster/memory.ts";
import { logs } from "../testing/answers.ts";
import { trials } from "../testing/builders.ts";
import { migrations, pods } from "../testing/scene.ts";
import { migrationOf } from "./live.ts";
import { trialCourse } from "./trials.ts";

const [storefront] = migrations.map(migrationOf);
if (!storefront) throw new Error("the scene has no storefront");
const { record, verdict, text } = trials.gateway;
const attempt = {
  migration: storefront,
  component: "gateway",
  evidence: record.metadata.name,
};

test("a record that nobody has touched is intact, and says what the status says", async () => {
  const cluster = memoryCluster();
  cluster.put(record);
  const course = await trialCourse(attempt, cluster);
  expect(course).toMatchObject({ seal: "Intact" });
  expect(course?.verdict.estimatePercent).toBe(verdict.estimatePercent);
});

test("a record with one line less is broken", async () => {
  const cluster = memoryCluster();
  const shorter = text.split("\n").slice(0, -2).join("\n");
  cluster.put({ ...record, data: { "evidence.jsonl": `${shorter}\n` } });
  expect(await trialCourse(attempt, cluster)).toMatchObject({ seal: "Broken" });
});

test("what no verdict names is not read", async () => {
  const cluster = memoryCluster();
  cluster.put({ ...record, metadata: { name: "secrets", namespace: "shop" } });
  expect(await trialCourse({ ...attempt, evidence: "secrets" }, cluster)).toBeUndefined();
  expect(cluster.calls).toEqual([]);
});

test("a trial under way is read from its load's log", async () => {
  const cluster = memoryCluster();
  pods.forEach((pod) => cluster.put(pod));
  const load = { namespace: "shop", name: "storefront-trial-orders-load", container: "k6" };
  cluster.setLog(load, logs["k6"] ?? "");
  const open = { migration: storefront, component: "orders", evidence: "" };
  expect(await trialCourse(open, cluster)).toMatchObject({ seal: "Open" });
});
