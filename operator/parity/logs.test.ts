import { describe, expect, test } from "@jest/globals";
import type { Manifest } from "../cluster/cluster.ts";
import { memoryCluster } from "../cluster/memory.ts";
import { answers } from "../measurement/testing/answers.ts";
import { component, NOW, seen, status, world } from "../migration/scenes.ts";
import type { Profile } from "../migration/schema.ts";
import { correlateLogs, recordsIn, unmarked } from "./logs.ts";

const ID = "0123456789abcdef0123456789abcdef";
const at = (secondsAgo: number): string =>
  new Date(NOW.getTime() - secondsAgo * 1000).toISOString();
const line = (fields: Record<string, unknown> = {}): string =>
  JSON.stringify({ level: "info", time: at(60), msg: "done", ...fields });

const deployment: Manifest = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "api", uid: "deployment-1" },
};
const owner = (uid: string) => [
  { apiVersion: "apps/v1", kind: "X", name: "x", uid, controller: true },
];
const replicaSet: Manifest = {
  apiVersion: "apps/v1",
  kind: "ReplicaSet",
  metadata: { name: "api-1", uid: "set-1", ownerReferences: owner("deployment-1") },
};
const pod: Manifest = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "api-1-a", namespace: "shop", ownerReferences: owner("set-1") },
  spec: { containers: [{ name: "app" }] },
};

const gate = (
  log: string,
  { profile = "Lean", known = true }: { profile?: Profile; known?: boolean } = {},
) => {
  const cluster = memoryCluster();
  cluster.setLog({ namespace: "shop", name: "api-1-a", container: "app" }, log);
  const trace = { traceID: ID, spans: [], processes: {} };
  const { fetch } = answers({
    [`http://pipeline-jaeger.shop.svc:16686/api/traces/${ID}`]: () =>
      known ? { data: [trace] } : Response.json({ errors: ["no trace"] }, { status: 404 }),
  });
  const scene = world({
    status: status({ components: [component({ stage: "Instrumented", profile })] }),
    components: [seen({ deployment })],
  });
  const inventory = { replicaSets: [replicaSet], pods: [pod], jobs: [] };
  return correlateLogs(scene, { cluster, fetch, inventory });
};

describe("records of a log", () => {
  test("are its JSON lines, old enough that their trace has arrived", () => {
    const text = [line({ trace_id: ID }), "plain text", "{broken", line({ time: at(1) })].join(
      "\n",
    );
    expect(recordsIn(text, NOW.getTime() - 15_000)).toEqual([{ traceId: ID, statement: "done" }]);
  });

  test("carry an id only if it looks like one", () => {
    const text = [line({ trace_id: "0" }), line({ trace_id: 7 })].join("\n");
    expect(recordsIn(text, NOW.getTime())).toEqual([
      { traceId: undefined, statement: "done" },
      { traceId: undefined, statement: "done" },
    ]);
  });
});

describe("the gate of the logs", () => {
  test("passes when the traces that the records name exist", async () => {
    expect(await gate([line({ msg: "listening" }), line({ trace_id: ID })].join("\n"))).toEqual({
      passed: true,
      reason: "LogsCorrelated",
      message: "api: 1 of 2 records with a trace id, 1 of 1 looked up and found",
    });
  });

  test("does not pass when no record names a trace", async () => {
    expect(await gate(line())).toMatchObject({
      passed: false,
      message: "none of 1 records of api has a trace id",
    });
  });

  test("does not pass when the traces do not exist", async () => {
    expect(await gate(line({ trace_id: ID }), { known: false })).toMatchObject({
      passed: false,
      message: "api: only 0 of 1 trace ids in its log exist",
    });
  });

  test("does not look for traces that sampling may have left out", async () => {
    const options = { known: false, profile: "Sampled" } as const;
    expect(await gate(line({ trace_id: ID }), options)).toMatchObject({ passed: true });
  });
});

describe("records inside of requests", () => {
  const many = (count: number, fields: Record<string, unknown>): string =>
    Array.from({ length: count }, () => line(fields)).join("\n");
  const missing = (text: string) => unmarked(recordsIn(text, NOW.getTime()));

  test("are those whose text is also written with an id", () => {
    const text = [many(1, { trace_id: ID }), many(3, {}), many(5, { msg: "listening" })].join("\n");
    expect(missing(text)).toEqual({ missing: 3, of: 4 });
  });

  test("without an id are found although some have one", async () => {
    const text = [many(2, { trace_id: ID }), many(8, {}), many(5, { msg: "listening" })].join("\n");
    expect(await gate(text)).toMatchObject({
      passed: false,
      message: expect.stringContaining("8 of 10 records of api lack the trace id"),
    });
  });

  test("may lack it now and then", async () => {
    const text = [many(9, { trace_id: ID }), many(1, {})].join("\n");
    expect(await gate(text)).toMatchObject({ passed: true });
  });
});
