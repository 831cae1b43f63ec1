import { describe, expect, test } from "@jest/globals";
import { backendManifests, checks } from "../backends/manifests.ts";
import type { Manifest } from "../cluster/cluster.ts";
import { conditions } from "../migration/conditions.ts";
import { desired, prunable } from "../migration/desired.ts";
import { spec, status, world } from "../migration/scenes.ts";
import type { World } from "../migration/types.ts";
import type { Settings } from "../settings.ts";
import type { Seen } from "./check.ts";
import { observeConfiguration } from "./observe.ts";

const settings = {
  images: { operator: "o:1", collector: "c:1", jaeger: "j:1", prometheus: "p:1", k6: "k:1" },
} as Settings;

const sceneWith = (collector: object): World =>
  world({
    spec: spec({ backends: { collector } }),
    status: status({ phase: "Alongside" }),
    world: { settings },
  });

const before = sceneWith({});
const after = sceneWith({ replicas: 2, tailSampling: {} });

/** The namespace as it is after `before`, with the jobs of `after` ended like this. */
const seen = (end: object | undefined): Seen => ({
  deployments: backendManifests(before.migration, settings).filter(
    ({ kind }) => kind === "Deployment",
  ),
  statefulSets: [],
  jobs: end
    ? checks(after.migration, settings)
        .filter(({ kind }) => kind === "Job")
        .map((job) => ({ ...job, status: end }))
    : [],
  pods: [],
});

/** What runs, what is wanted, and what the check says by now. */
const sceneAt = (end: object | undefined): World => ({
  ...after,
  owned: backendManifests(before.migration, settings),
  configuration: observeConfiguration(after.migration, settings, seen(end)),
});

const ACCEPTED = { succeeded: 1 };
const REFUSED = { conditions: [{ type: "Failed", status: "True" }] };

const names = (objects: Manifest[]) =>
  objects
    .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
    .filter((name) => /collector|sampler/.test(name));

describe("another configuration", () => {
  test.each([
    ["while it is being checked", undefined],
    ["when it is refused", REFUSED],
  ])("replaces nothing %s", (_, end) => {
    const scene = sceneAt(end);
    const wanted = desired(scene);
    expect(names(wanted)).toEqual([]);
    expect(prunable(scene, wanted)).toEqual([]);
    expect(wanted.filter(({ kind }) => kind === "Job")).toHaveLength(2);
  });

  test("is rolled out once every tier's is accepted, and its checks are cleared away", () => {
    const scene = sceneAt(ACCEPTED);
    expect(names(desired(scene))).toEqual(names(backendManifests(after.migration, settings)));
    expect(desired(scene).filter(({ kind }) => kind === "Job")).toEqual([]);
  });

  test("that is refused needs a person", () => {
    const words = "'exporters' has invalid keys: oltp";
    const pod: Manifest = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: "check",
        labels: { "batch.kubernetes.io/job-name": seen(REFUSED).jobs[1]?.metadata.name ?? "" },
      },
      status: { containerStatuses: [{ state: { terminated: { message: words } } }] },
    };
    const configuration = observeConfiguration(after.migration, settings, {
      ...seen(REFUSED),
      pods: [pod],
    });
    expect(configuration.mayRoll).toBe(false);
    const scene = { ...after, configuration: { mayRoll: false, refused: words } };
    const stalled = conditions(scene, after.migration.status).find(
      ({ type }) => type === "Stalled",
    );
    expect(stalled).toMatchObject({ status: "True", reason: "ConfigurationInvalid" });
    expect(stalled?.message).toContain(words);
  });
});

test("what runs already needs no check", () => {
  const running = { ...seen(undefined), jobs: [] };
  expect(observeConfiguration(before.migration, settings, running)).toEqual({
    mayRoll: true,
    refused: undefined,
  });
});

test("the first collectors replace nothing, they come up while they are checked", () => {
  const nothing = { deployments: [], statefulSets: [], jobs: [], pods: [] };
  expect(observeConfiguration(after.migration, settings, nothing).mayRoll).toBe(true);
});

test("on the way back to Legacy a collector goes, whatever was thought of its next configuration", () => {
  const scene: World = {
    ...sceneAt(REFUSED),
    migration: {
      ...after.migration,
      status: status({ phase: "Legacy" }),
      spec: { ...after.migration.spec, target: "Legacy" },
    },
  };
  expect(names(prunable(scene, desired(scene)))).toEqual(names(scene.owned));
});

describe("a collector that gets disks of its own", () => {
  const disks = sceneWith({ queue: { storage: "PersistentVolumeClaim" } });
  const set = backendManifests(disks.migration, settings).find(
    ({ kind, metadata }) => kind === "StatefulSet" && metadata.name === "pipeline-collector",
  );
  const ready = { observedGeneration: 1, readyReplicas: 1, updatedReplicas: 1 };
  const up = (seenAs: object): Manifest => ({
    ...(set as Manifest),
    metadata: { ...(set as Manifest).metadata, generation: 1 },
    status: seenAs,
  });
  const goneWith = (...sets: Manifest[]) => {
    const owned = [...backendManifests(before.migration, settings), ...sets];
    const scene = { ...disks, owned };
    return names(prunable(scene, desired(scene)));
  };

  test("is made before the other one goes, which goes when this one serves", () => {
    expect(names(desired(disks))).toContain("StatefulSet/pipeline-collector");
    expect(goneWith()).toEqual([]);
    expect(goneWith(up({ ...ready, readyReplicas: 0 }))).toEqual([]);
    expect(goneWith(up(ready))).toEqual(["Deployment/pipeline-collector"]);
  });

  test("is the one whose configuration counts, as soon as it is there", () => {
    const { deployments } = seen(undefined);
    const look = (statefulSets: Manifest[]) =>
      observeConfiguration(disks.migration, settings, {
        deployments,
        statefulSets,
        jobs: [],
        pods: [],
      }).mayRoll;
    expect(look([])).toBe(false);
    expect(look([up(ready)])).toBe(true);
  });
});
