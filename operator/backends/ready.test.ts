import { describe, expect, test } from "@jest/globals";
import type { Manifest } from "../cluster/cluster.ts";
import { spec, world } from "../migration/scenes.ts";
import type { Settings } from "../settings.ts";
import { backendManifests, checks } from "./manifests.ts";
import type { Seen } from "../collector/check.ts";
import { backendsReady } from "./ready.ts";

const settings = {
  images: { operator: "o:1", collector: "c:1", jaeger: "j:1", prometheus: "p:1", k6: "k:1" },
} as Settings;
const { migration } = world();

const checkJob = (): Manifest => {
  const found = checks(migration, settings).find(({ kind }) => kind === "Job");
  if (!found) throw new Error("no Job checks the configuration");
  return found;
};

const ready = (object: Manifest): Manifest => ({
  ...object,
  metadata: { ...object.metadata, generation: 2 },
  status: { observedGeneration: 2, readyReplicas: 1, updatedReplicas: 1 },
});

const healthy = (): Seen => ({
  deployments: backendManifests(migration, settings)
    .filter(({ kind }) => kind === "Deployment")
    .map((object) => ready(object)),
  statefulSets: [],
  jobs: [{ ...checkJob(), status: { succeeded: 1 } }],
  pods: [],
});

const failedJob = (): Manifest => ({
  ...checkJob(),
  status: { conditions: [{ type: "Failed", status: "True" }] },
});

const saying = (message: string): Manifest => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: "check",
    labels: { "batch.kubernetes.io/job-name": failedJob().metadata.name },
  },
  status: { containerStatuses: [{ state: { terminated: { message } } }] },
});

describe("the backends are ready", () => {
  test("when all are up and the collector accepts the configuration it runs", () => {
    expect(backendsReady(migration, healthy())).toMatchObject({
      passed: true,
      reason: "BackendsReady",
    });
  });

  test("not while a new generation has not been seen", () => {
    const seen = healthy();
    const [first, ...rest] = seen.deployments;
    const renewed = { ...first, metadata: { ...first?.metadata, generation: 3 } } as Manifest;
    const gate = backendsReady(migration, { ...seen, deployments: [renewed, ...rest] });
    expect(gate).toMatchObject({ passed: false, reason: "BackendsStarting" });
    expect(gate.message).toBe("pipeline-jaeger is rolling out");
  });

  test("not while their pods are refused, and the refusal is told", () => {
    const seen = healthy();
    const [first, ...rest] = seen.deployments;
    const message = 'pods "x" is forbidden: maximum memory usage per Container is 768Mi';
    const failure = { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message };
    const status = { ...(first?.status as object), readyReplicas: 0, conditions: [failure] };
    const refused = { ...first, status } as Manifest;
    const gate = backendsReady(migration, { ...seen, deployments: [refused, ...rest] });
    expect(gate.message).toBe(`pipeline-jaeger has 0 of 1 ready: ${message}`);
  });

  test("not when another configuration than the running one was checked", () => {
    const [job] = healthy().jobs;
    const other = { ...job, metadata: { name: "pipeline-validate-0000000000" } } as Manifest;
    const gate = backendsReady(migration, { ...healthy(), jobs: [other] });
    expect(gate).toMatchObject({ passed: false, reason: "ConfigurationUnchecked" });
  });

  test("a refused configuration is told in the collector's words, even while it is not up", () => {
    const seen = { ...healthy(), deployments: healthy().deployments.slice(1) };
    const pods = [saying("'exporters' has invalid keys: oltp\n")];
    const gate = backendsReady(migration, { ...seen, jobs: [failedJob()], pods });
    expect(gate.reason).toBe("ConfigurationInvalid");
    expect(gate.message).toContain("invalid keys: oltp");
  });

  test("a collector with disks is looked for among the StatefulSets", () => {
    const backends = { collector: { queue: { storage: "PersistentVolumeClaim" } } };
    const { migration: disks } = world({ spec: spec({ backends }) });
    const all = backendManifests(disks, settings).map((object) => ready(object));
    const of = (wanted: string) => all.filter(({ kind }) => kind === wanted);
    const jobs = checks(disks, settings).map((job) => ({ ...job, status: { succeeded: 1 } }));
    const seen = { ...healthy(), deployments: of("Deployment"), jobs };
    expect(backendsReady(disks, { ...seen, statefulSets: of("StatefulSet") }).passed).toBe(true);
    expect(backendsReady(disks, seen).message).toBe("pipeline-collector is not created yet");
  });

  test("at once when all of them belong to somebody else", () => {
    const backends = {
      collector: { replicas: 1, externalEndpoint: "http://collector:4318" },
      traces: { externalQueryUrl: "http://jaeger:16686" },
      metrics: { externalUrl: "http://prometheus:9090" },
    };
    const elsewhere = world({ spec: spec({ backends }) }).migration;
    expect(backendManifests(elsewhere, settings)).toEqual([]);
    expect(
      backendsReady(elsewhere, { deployments: [], statefulSets: [], jobs: [], pods: [] }).passed,
    ).toBe(true);
  });
});
