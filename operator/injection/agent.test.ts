import { describe, expect, test } from "@jest/globals";
import { type Kind, specSchema, statusSchema } from "../migration/schema.ts";
import { agentConfigMap, type Delivery } from "./agent.ts";
import { type Ours, oursOn, soakFor, workloadPatch } from "./workload.ts";

const spec = specSchema.parse({
  target: "Instrumented",
  baggage: ["order.id"],
  components: [
    {
      name: "api",
      target: { name: "shop-api" },
      legacyOff: { env: { name: "LEGACY", value: "off" } },
    },
    { name: "web", target: { name: "web" } },
  ],
});
const migration = {
  metadata: { name: "pipeline", namespace: "shop", uid: "uid-1" },
  spec,
  status: statusSchema.parse({}),
};
const [api, web] = spec.components as [
  (typeof spec.components)[number],
  (typeof spec.components)[number],
];

const make = (difference: Partial<Delivery> = {}, component = api) =>
  agentConfigMap(migration, component, {
    profile: "Lean",
    legacyOff: false,
    agentSource: "// agent",
    ...difference,
  });

const configOf = (result: ReturnType<typeof make>): unknown =>
  JSON.parse(result.manifest.data?.["config.json"] ?? "");

describe("the agent's ConfigMap", () => {
  test("is immutable, named by its content, and holds agent and configuration", () => {
    const { hash, manifest } = make();
    expect(hash).toMatch(/^[0-9a-f]{10}$/);
    expect(manifest.metadata.name).toBe(`flashcard-otel-agent-${hash}`);
    expect(manifest.immutable).toBe(true);
    expect(manifest.data?.["agent.cjs"]).toBe("// agent");
    expect(configOf(make())).toEqual({
      profile: "lean",
      endpoint: "http://pipeline-collector.shop.svc:4318",
      service: { name: "api", namespace: "shop" },
      sampleRatio: 1,
      slowMs: 1000,
      baggage: ["order.id"],
      legacyOff: null,
      metricIntervalMs: 10_000,
      flushIntervalMs: 5000,
      budgetPercent: 1,
    });
  });

  test.each<[string, Partial<Delivery>, boolean, number]>([
    ["rolled out: within the budget", {}, true, 1],
    ["rolled out, not enforced: as it is", {}, false, 0],
    ["in a trial: as it is", { endpoint: "http://sink:4318" }, true, 0],
    ["in a trial of the last profile: within the budget", { profile: "Metrics", endpoint: "http://sink:4318" }, true, 1], // prettier-ignore
    ["in a trial of the last profile, not enforced: as it is", { profile: "Metrics", endpoint: "http://sink:4318" }, false, 0], // prettier-ignore
  ])("%s", (_, difference, enforce, budgetPercent) => {
    const delivery = { profile: "Lean", legacyOff: false, agentSource: "// agent", ...difference };
    const asked = { ...migration, spec: { ...spec, budget: { ...spec.budget, enforce } } };
    const result = agentConfigMap(asked, api, delivery as Delivery);
    expect(configOf(result)).toMatchObject({ budgetPercent });
  });

  test("has the same name for the same content only", () => {
    const all = [
      make(),
      make({}, web),
      make({ profile: "Sampled" }),
      make({ legacyOff: true }),
      make({ agentSource: "// other" }),
      make({ endpoint: "http://sink:4318" }),
    ];
    expect(new Set(all.map(({ hash }) => hash)).size).toBe(all.length);
    expect(make().hash).toBe(make().hash);
  });

  test("switches the legacy emitter off as the component says, or not at all", () => {
    expect(configOf(make({ legacyOff: true }))).toMatchObject({
      legacyOff: { name: "LEGACY", value: "off" },
    });
    expect(configOf(make({ legacyOff: true }, web))).toMatchObject({ legacyOff: null });
  });
});

describe("the patch of a workload", () => {
  test("holds one annotation, and the soak while the rollout is guarded", () => {
    expect(workloadPatch(migration, api, { annotation: "lean@0", minReadySeconds: 30 })).toEqual({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "shop-api", namespace: "shop" },
      spec: {
        minReadySeconds: 30,
        template: { metadata: { annotations: { "flashcard-otel.dev/agent": "lean@0" } } },
      },
    });
  });

  test("holds nothing but the name when all is given back", () => {
    const patch = workloadPatch(migration, api, {
      annotation: undefined,
      minReadySeconds: undefined,
    });
    expect(patch).toEqual({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "shop-api", namespace: "shop" },
    });
  });
});

describe("the patch of other kinds", () => {
  const nothing = { annotation: undefined, minReadySeconds: undefined, partition: undefined };
  const as = (kind: Kind, ours: Ours) =>
    workloadPatch(migration, { ...api, target: { ...api.target, kind } }, ours).spec;

  test("holds a StatefulSet's partition while the rollout is guarded", () => {
    expect(as("StatefulSet", { ...nothing, minReadySeconds: 30, partition: 2 })).toEqual({
      minReadySeconds: 30,
      updateStrategy: { rollingUpdate: { partition: 2 } },
    });
  });

  test("reaches the pods of a CronJob, and gives them back", () => {
    expect(as("CronJob", { ...nothing, annotation: "lean@0" })).toEqual({
      jobTemplate: {
        spec: { template: { metadata: { annotations: { "flashcard-otel.dev/agent": "lean@0" } } } },
      },
    });
    expect(as("CronJob", nothing)).toBeUndefined();
  });
});

const soaking = (minReadySeconds: number, annotation?: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "shop-api" },
  spec: {
    minReadySeconds,
    template: {
      metadata: { annotations: annotation ? { "flashcard-otel.dev/agent": annotation } : {} },
      spec: { containers: [] },
    },
  },
});

describe("the soak", () => {
  test("is ours to set where there is none, and is then known to be ours", () => {
    expect(soakFor(soaking(0), 30)).toBe(30);
    expect(soakFor(soaking(30), 30)).toBe(30);
    expect(oursOn(soaking(30, "lean@0"), 30)).toEqual({
      annotation: "lean@0",
      minReadySeconds: 30,
    });
  });

  test("of the user's own is left alone", () => {
    expect(soakFor(soaking(60), 30)).toBeUndefined();
    expect(oursOn(soaking(60), 30)).toEqual({ annotation: undefined, minReadySeconds: undefined });
  });
});
