/** What we render is what a real API server takes, with Pod Security "restricted" enforced, and takes again without a change. */
import { KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Api, startApi } from "../../cluster/api.ts";
import type { Cluster, Manifest } from "../cluster/cluster.ts";
import { kubernetesCluster } from "../cluster/kubernetes.ts";
import { openWire } from "../cluster/wire.ts";
import { withClaims } from "../crash/ordinals.ts";
import type { DeploymentSpec } from "../injection/pod.ts";
import { variants } from "../collector/testing/variants.ts";
import { spec, world } from "../migration/scenes.ts";
import { pulseManifests } from "../pulse/pulse.ts";
import type { Settings } from "../settings.ts";
import { backendManifests, checks } from "./manifests.ts";

const settings = {
  images: { operator: "o:1", collector: "c:1", jaeger: "j:1", prometheus: "p:1", k6: "k:1" },
} as Settings;

let api: Api;
let cluster: Cluster;

beforeAll(async () => {
  api = await startApi();
  const config = new KubeConfig();
  config.loadFromFile(api.kubeconfig);
  cluster = kubernetesCluster(openWire(config, { deadlineMs: 15_000 }));
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  await cluster.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels } });
  await cluster.create({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "default", namespace: "shop" },
  });
}, 120_000);

afterAll(() => api?.stop(), 30_000);

const manifests = (): Manifest[] => {
  const pulse = { script: { configMap: "pulse" } };
  const { migration } = world({ spec: spec({ pulse }) });
  return [
    ...backendManifests(migration, settings),
    ...checks(migration, settings),
    ...pulseManifests(migration, { settings, script: "// pulse" }),
  ];
};

/** What a workload or Job would create. */
const podOf = (owner: Manifest): Manifest | undefined => {
  const { template } = (owner.spec ?? {}) as Partial<DeploymentSpec>;
  if (!template) return undefined;
  const { name } = owner.metadata;
  const { metadata, spec: pod } = withClaims(owner, name, template);
  const named = { ...metadata, name, namespace: "shop" };
  return { apiVersion: "v1", kind: "Pod", metadata: named, spec: pod };
};

test("so is every kind of collector", async () => {
  for (const [, collector] of variants) {
    const { migration } = world({ spec: spec({ backends: { collector } }) });
    const objects = [...backendManifests(migration, settings), ...checks(migration, settings)];
    for (const object of [...objects, ...objects.flatMap((one) => podOf(one) ?? [])])
      expect(
        (await cluster.apply(object, { force: true, dryRun: true })).metadata.uid,
      ).toBeDefined();
  }
});

test("every object is taken, and applying it again changes nothing", async () => {
  for (const manifest of manifests()) {
    const first = await cluster.apply(manifest, { force: true });
    const second = await cluster.apply(manifest, { force: true });
    expect([manifest.metadata.name, second.metadata.resourceVersion]).toEqual([
      manifest.metadata.name,
      first.metadata.resourceVersion,
    ]);
  }
});

test("every pod is admitted where only restricted pods are", async () => {
  const pods = manifests().flatMap((manifest) => podOf(manifest) ?? []);
  expect(pods).toHaveLength(5);
  for (const pod of pods) {
    const admitted = await cluster.create(pod, { dryRun: true });
    expect(admitted.metadata.name).toBe(pod.metadata.name);
  }
});
