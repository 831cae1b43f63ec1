import { describe, expect, test } from "@jest/globals";
import { ClusterError, type Manifest, type Refusal } from "../cluster/cluster.ts";
import { memoryCluster } from "../cluster/memory.ts";
import type { DeploymentSpec } from "../injection/pod.ts";
import { remembered } from "../migration/downtime.ts";
import { spec, status, world } from "../migration/scenes.ts";
import type { PulseWorld } from "../migration/types.ts";
import { observePulse, pulseManifests } from "./pulse.ts";
import { lastReport } from "./report.ts";

const pulse = { script: { configMap: "users" }, ratePerSecond: 4, deadlineSeconds: 20 };
const line = (counts: Record<string, unknown> = {}): string =>
  JSON.stringify({
    kind: "pulse",
    items: 10,
    done: 8,
    failed: 0,
    inFlight: 2,
    longestGapMs: 300,
    requests: 40,
    failedRequests: 0,
    lastFailure: null,
    ...counts,
  });

const migrationWith = (known?: PulseWorld) =>
  world({ spec: spec({ pulse }), status: status(known ? remembered(known) : {}) }).migration;

const pod = (uid = "pod-1", restartCount = 0): Manifest => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: "pipeline-pulse-1",
    uid,
    labels: {
      "flashcard-otel.dev/migration": "pipeline",
      "app.kubernetes.io/component": "pulse",
    },
  },
  status: { containerStatuses: [{ restartCount, state: { running: {} } }] },
});

const observe = async (log: string, known?: PulseWorld, from = pod()): Promise<PulseWorld> => {
  const cluster = memoryCluster();
  cluster.setLog({ namespace: "shop", name: "pipeline-pulse-1", container: "pulse" }, log);
  const seen = await observePulse(migrationWith(known), [from], cluster);
  if (!seen) throw new Error("the pulse was not seen");
  return seen;
};

describe("the last report of a log", () => {
  test("is the last line that is one, whatever the user's script writes", () => {
    const log = [line({ items: 1 }), "late: item 3", line({ items: 2 }), '{"other":1}', ""].join(
      "\n",
    );
    expect(lastReport(log)?.items).toBe(2);
  });

  test.each([
    ["nothing", ""],
    ["a line cut in half", line().slice(0, 40)],
    ["a number that is none", line({ items: "10" })],
    ["a missing number", line({ failedRequests: undefined })],
  ])("is undefined for %s", (_what, log) => {
    expect(lastReport(log)).toBeUndefined();
  });

  test("is the one before a line cut in half", () => {
    expect(lastReport(`${line({ items: 7 })}\n${line({ items: 8 }).slice(0, 60)}`)?.items).toBe(7);
  });
});

describe("what the pulse counted", () => {
  test("is unknown while no pulse runs", async () => {
    expect(await observePulse(migrationWith(), [], memoryCluster())).toBeUndefined();
  });

  test("is unknown while its kubelet is away, but a missing right is an error", async () => {
    const refusing = (refusal: Refusal) =>
      memoryCluster({ fail: () => new ClusterError(refusal, "as planned") });
    const seen = await observePulse(migrationWith(), [pod()], refusing("Unavailable"));
    expect(seen).toBeUndefined();
    const attempt = observePulse(migrationWith(), [pod()], refusing("Forbidden"));
    await expect(attempt).rejects.toThrow("as planned");
  });

  test("counts a failed request although its item arrived in the end", async () => {
    expect(await observe(line({ failedRequests: 2, lastFailure: "503" }))).toMatchObject({
      failed: 2,
      lastFailure: "503",
    });
  });

  test("keeps what earlier runs counted when the container starts again", async () => {
    const first = await observe(line({ items: 100, requests: 400, failed: 3 }));
    const second = await observe(
      line({ items: 5, requests: 20 }),
      { ...first, lastFailure: "lost" },
      pod("pod-1", 1),
    );
    expect(second).toMatchObject({ items: 105, sent: 420, failed: 3, lastFailure: "lost" });
    const third = await observe(line({ items: 9, requests: 36 }), { ...second }, pod("pod-1", 1));
    expect(third).toMatchObject({ items: 109, sent: 436, failed: 3 });
  });
});

describe("the pulse's manifests", () => {
  test("are none without a pulse in the resource", () => {
    const settings = { images: { k6: "k6:1" } } as never;
    expect(pulseManifests(world().migration, { settings, script: "" })).toEqual([]);
  });

  test("mount the user's module and our entry together, ours last", () => {
    const settings = { images: { k6: "k6:1" } } as never;
    const manifests = pulseManifests(migrationWith(), { settings, script: "// ours" });
    expect(manifests.map(({ kind }) => kind)).toEqual(["ConfigMap", "Deployment"]);
    const deployment = manifests.find(({ kind }) => kind === "Deployment");
    const { template } = (deployment ?? { spec: {} }).spec as DeploymentSpec;
    expect(template.spec.volumes).toEqual([
      {
        name: "scripts",
        projected: {
          sources: [{ configMap: { name: "users" } }, { configMap: { name: "pipeline-pulse" } }],
        },
      },
    ]);
    expect(template.spec.containers[0]?.env).toEqual([
      { name: "RATE", value: "4" },
      { name: "DEADLINE_SECONDS", value: "20" },
    ]);
  });
});
