import { KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Api, startApi } from "../../cluster/api.ts";
import { kubernetesCluster } from "../cluster/kubernetes.ts";
import { openWire } from "../cluster/wire.ts";
import type { Cluster, Manifest } from "../cluster/cluster.ts";
import { NOW, spec, world } from "../migration/scenes.ts";
import { material, SPEC } from "./scene.ts";
import { lookAt } from "./look.ts";
import { stepsOf } from "./steps.ts";
import { stepOfSwitch } from "./switching.ts";

let api: Api;

beforeAll(async () => {
  api = await startApi();
}, 120_000);

afterAll(() => api.stop());

const door = (manager?: string): Cluster => {
  const config = new KubeConfig();
  config.loadFromFile(api.kubeconfig);
  return kubernetesCluster(openWire(config, { deadlineMs: 15_000 }), manager);
};

const visible = ({ metadata, data }: Manifest) => ({
  labels: metadata.labels,
  annotations: metadata.annotations,
  data,
});

const managers = ({ metadata }: Manifest) => metadata.managedFields?.map(({ manager }) => manager);

test("there and back leaves the user's objects as they were, and us without a field in them", async () => {
  const [cluster, helm] = [door(), door("helm")];
  const namespace = "default";
  const brought = material().map((object) => ({
    ...object,
    metadata: { ...object.metadata, namespace },
  }));
  for (const object of brought) await helm.apply(object);
  const present = () =>
    Promise.all(
      brought.map(async ({ metadata: { name } }) => {
        const found = await cluster.read({ apiVersion: "v1", kind: "ConfigMap", namespace, name });
        if (!found) throw new Error(`${name} is gone`);
        return found;
      }),
    );
  const before = (await present()).map(visible);
  const { migration } = world({ spec: spec(SPEC) });
  const uid = "00000000-0000-4000-8000-000000000001";
  const moving = { ...migration, metadata: { ...migration.metadata, namespace, uid } };
  const deps = { cluster, fetch: globalThis.fetch, now: () => NOW };
  const taken: string[] = [];
  for (;;) {
    const seen = await lookAt(moving, deps);
    const next = stepsOf(moving).find(({ isDone }) => !isDone(seen));
    if (!next) break;
    taken.push(next.name);
    await next.forward(seen, cluster);
  }
  // Twice where a write on the user's object is followed by the one that gives the fields up.
  expect(taken).toEqual([
    "LoadSilently",
    "SeeEvaluated",
    "RouteNew",
    "ShowNew",
    "ShowNew",
    "HideOld",
    "HideOld",
    "KeepOldRules",
    "RemoveOldRules",
    "RemoveOldRules",
  ]);
  expect((await present()).flatMap(managers)).not.toContain("flashcard-otel");

  await stepOfSwitch({ ...world(), migration: moving }, "Validated", deps);
  const after = await present();
  expect(after.map(visible)).toEqual(before);
  expect(after.flatMap(managers)).not.toContain("flashcard-otel");
  const left = await cluster.list({ apiVersion: "v1", kind: "ConfigMap", namespace });
  expect(left.filter(({ metadata }) => metadata.labels?.["flashcard-otel.dev/migration"])).toEqual(
    [],
  );
  // Their owner's next release, with other content, meets nobody.
  const [rules] = brought;
  if (!rules) throw new Error("the scene has rules");
  await helm.apply({ ...rules, data: { "legacy.yaml": "groups: []\n# new\n" } });
}, 60_000);
