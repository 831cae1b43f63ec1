import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Cluster, Manifest } from "../cluster/cluster.ts";
import { variants } from "../collector/testing/variants.ts";
import { openRig, type Rig } from "../rig.ts";
import { crd } from "./crd.ts";
import { GROUP, KIND, specSchema, statusSchema, VERSION } from "./schema.ts";

let rig: Rig;
let cluster: Cluster;

beforeAll(async () => {
  rig = await openRig();
  cluster = rig.cluster;
}, 120_000);

afterAll(() => rig.stop());

type Spec = Record<string, unknown>;

const component = (change: Spec = {}): Spec => ({
  name: "worker",
  target: { name: "worker" },
  trial: { sideEffects: "Accepted", items: { configMap: "items" } },
  ...change,
});

const whole = (): Spec => ({
  target: "Retired",
  components: [component()],
  legacy: { prometheus: { url: "http://legacy-prometheus:9090" } },
  parity: { map: { configMap: "map" } },
  pulse: { script: { configMap: "pulse" } },
  alerts: { legacy: { configMap: "old-rules" }, otel: { configMap: "new-rules" } },
});

const resource = (spec: Spec, name = "pipeline"): Manifest => ({
  apiVersion: `${GROUP}/${VERSION}`,
  kind: KIND,
  metadata: { name, namespace: "default" },
  spec,
});

const dryRun = (spec: Spec, name?: string) =>
  cluster.create(resource(spec, name), { dryRun: true });

test("the definition is accepted as it is: structural, within the cost limits of its rules, established", async () => {
  const stored = await cluster.read({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    namespace: "",
    name: crd().metadata.name,
  });
  const { conditions = [] } = (stored?.status ?? {}) as {
    conditions?: { type: string; status: string; message: string }[];
  };
  const answer = (type: string) => conditions.find((one) => one.type === type)?.status;
  expect(answer("Established")).toBe("True");
  expect(answer("NonStructuralSchema")).toBeUndefined();
});

test("a whole resource is stored with the same defaults that zod fills in", async () => {
  const stored = await dryRun(whole());
  expect(stored.spec).toEqual(specSchema.parse(whole()));
});

test("the shortest resource is enough", async () => {
  const shortest = {
    target: "Alongside",
    components: [{ name: "worker", target: { name: "worker" } }],
  };
  expect((await dryRun(shortest)).spec).toEqual(specSchema.parse(shortest));
});

test("every kind of collector is stored with the same defaults", async () => {
  for (const [, collector] of variants) {
    const wanted = { ...whole(), backends: { collector } };
    expect((await dryRun(wanted)).spec).toEqual(specSchema.parse(wanted));
  }
});

test("a hundred components with long names stay within the cost limits", async () => {
  const components = Array.from({ length: 100 }, (_, index) => {
    const name = `c${index}`;
    return component({ name, target: { name: name.padEnd(200, "x") } });
  });
  expect(await dryRun({ ...whole(), components })).toBeDefined();
});

test("a full status is stored as it was written", async () => {
  const { metadata } = await cluster.create(resource(whole(), "with-status"));
  const at = "2026-01-01T00:00:00Z";
  const status = statusSchema.parse({
    phase: "Instrumented",
    components: [
      {
        name: "worker",
        stage: "Instrumented",
        verdict: {
          verdict: "Passed",
          reason: "WithinBudget",
          message: "+0.4 %",
          profile: "Lean",
          estimatePercent: 0.4,
          lowerPercent: -0.1,
          upperPercent: 0.9,
          pairs: 900,
        },
      },
    ],
    next: { what: "parity", reason: "Collecting", message: "a window is filling", since: at },
    downtime: { sent: 400, items: 100, failed: 0, longestGapMs: 210 },
    conditions: [
      {
        type: "Ready",
        status: "False",
        reason: "Progressing",
        message: "",
        lastTransitionTime: at,
      },
    ],
    acknowledged: { retry: "1" },
  });
  const written = await cluster.replaceStatus({
    ...resource(whole(), "with-status"),
    metadata,
    status,
  });
  expect(written.status).toEqual(status);
});

const broken: [what: string, spec: Spec, says: RegExp][] = [
  [
    "an unknown phase",
    { ...whole(), target: "Finished" },
    /spec\.target: Unsupported value: "Finished": supported values: "Legacy", "Alongside"/,
  ],
  ["no target", { components: [component()] }, /spec\.target: Required value/],
  [
    "no component",
    { ...whole(), components: [] },
    /spec\.components.*should have at least 1 items/,
  ],
  [
    "a component without a workload",
    { ...whole(), components: [{ name: "worker" }] },
    /spec\.components\[0\]\.target: Required value/,
  ],
  [
    "a negative budget",
    { ...whole(), budget: { cpuPercent: -1 } },
    /budget\.cpuPercent.*should be greater than or equal to/,
  ],
  [
    "a budget that is no number",
    { ...whole(), budget: { cpuPercent: "1%" } },
    /budget\.cpuPercent.*must be of type number/,
  ],
  [
    "two components of one name",
    { ...whole(), components: [component(), component({ target: { name: "other" } })] },
    /each name may occur only once/,
  ],
  [
    "two components on one workload",
    { ...whole(), components: [component(), component({ name: "other" })] },
    /the same target, remove one/,
  ],
  [
    "code smuggled into a trial",
    {
      ...whole(),
      components: [
        component({
          trial: {
            sideEffects: "Accepted",
            env: [{ name: "NODE_OPTIONS", value: "--require /x" }],
          },
        }),
      ],
    },
    /trial\.env: remove NODE_OPTIONS, LD_\* and \*_PROXY/,
  ],
  [
    "a proxy in a trial",
    {
      ...whole(),
      components: [
        component({
          trial: { sideEffects: "Accepted", env: [{ name: "https_proxy", value: "http://x" }] },
        }),
      ],
    },
    /trial\.env: remove/,
  ],
  [
    "a trial without a word on side effects",
    { ...whole(), components: [component({ trial: {} })] },
    /sideEffects: Required value/,
  ],
  [
    "isolation without stores of its own",
    { ...whole(), components: [component({ trial: { sideEffects: "Isolated" } })] },
    /Isolated needs env that points at throw-away stores/,
  ],
  [
    "parity with nothing to compare",
    { ...whole(), legacy: undefined },
    /say where they are in legacy\.prometheus\.url/,
  ],
  [
    "an address that is none",
    { ...whole(), legacy: { prometheus: { url: "legacy-prometheus" } } },
    /legacy\.prometheus\.url.*should match/,
  ],
  [
    "a collector of the user's that shall be shaped",
    {
      ...whole(),
      backends: { collector: { externalEndpoint: "http://collector:4318", tailSampling: {} } },
    },
    /externalEndpoint names a collector of your own/,
  ],
  [
    "two exporters of one name",
    {
      ...whole(),
      backends: {
        collector: {
          exporters: {
            otlp: ["a", "a"].map((name) => ({ name, endpoint: "https://otlp.example" })),
          },
        },
      },
    },
    /exporters\.otlp: each name may occur only once/,
  ],
  [
    "a signal that does not exist",
    {
      ...whole(),
      backends: {
        collector: {
          exporters: {
            otlp: [{ name: "a", endpoint: "https://otlp.example", signals: ["Spans"] }],
          },
        },
      },
    },
    /signals\[0\]: Unsupported value: "Spans"/,
  ],
  [
    "a class of disks that are none",
    { ...whole(), backends: { collector: { queue: { storageClass: "fast" } } } },
    /storageClass is of claims; say storage: PersistentVolumeClaim/,
  ],
  [
    "a broker that is no host and port",
    { ...whole(), backends: { collector: { kafka: { brokers: ["http://kafka"] } } } },
    /brokers\[0\].*should match/,
  ],
  [
    "an objective that counts nothing",
    { ...whole(), objectives: [{ name: "up", targetPercent: 99 }] },
    /say either component and indicator, or good and total/,
  ],
  [
    "an objective of an unknown component",
    {
      ...whole(),
      objectives: [
        { name: "up", targetPercent: 99, component: "nobody", indicator: "Availability" },
      ],
    },
    /component must be one of components/,
  ],
  [
    "an objective on latency without a limit",
    {
      ...whole(),
      objectives: [{ name: "up", targetPercent: 99, component: "worker", indicator: "Latency" }],
    },
    /Latency needs thresholdSeconds/,
  ],
  [
    "an objective that always asks for the same range",
    {
      ...whole(),
      objectives: [{ name: "up", targetPercent: 99, good: "sum(rate(a[5m]))", total: "sum(b)" }],
    },
    /good and total need \[\$window\]/,
  ],
  [
    "a foreign kind of workload",
    { ...whole(), components: [component({ target: { kind: "DaemonSet", name: "worker" } })] },
    /target\.kind: Unsupported value: "DaemonSet"/,
  ],
];

describe("a broken resource is refused with a sentence that says what to do", () => {
  test.each(broken)("%s", async (_what, spec, says) => {
    await expect(dryRun(spec)).rejects.toThrow(says);
  });

  test("another size of disks that are there", async () => {
    const name = "with-disks";
    const asking = (queue: object) => ({
      ...resource({ ...whole(), backends: { collector: { queue } } }, name),
    });
    const claim = { storage: "PersistentVolumeClaim", storageMiB: 1024 };
    await cluster.create(asking(claim));
    const change = (queue: object) =>
      cluster.merge(
        { apiVersion: `${GROUP}/${VERSION}`, kind: KIND, namespace: "default", name },
        { spec: { backends: { collector: { queue } } } },
      );
    const says = /size and class of a claim stay as they were made/;
    await expect(change({ storageMiB: 2048 })).rejects.toThrow(says);
    await expect(change({ storageClass: "fast" })).rejects.toThrow(says);
    await change({ sizeItems: 5000 });
    await change({ storage: "Memory", storageMiB: 2048 });
    await change({ storage: "PersistentVolumeClaim" });
  });

  test("other rules or dashboards while those are switched", async () => {
    const name = "switched";
    const { metadata } = await cluster.create(resource(whole(), name));
    const change = (alerts: object | null) =>
      cluster.merge(
        { apiVersion: `${GROUP}/${VERSION}`, kind: KIND, namespace: "default", name },
        { spec: { alerts } },
      );
    await change({ otel: { configMap: "newer-rules" } });
    const seen = await cluster.read({
      apiVersion: `${GROUP}/${VERSION}`,
      kind: KIND,
      namespace: "default",
      name,
    });
    const status = statusSchema.parse({
      switched: { step: "RouteNew", since: "2026-01-01T00:00:00Z" },
    });
    await cluster.replaceStatus({
      ...resource(whole(), name),
      metadata: seen?.metadata ?? metadata,
      status,
    });
    const says = /alerts: they are switched; go back to Validated first/;
    await expect(change({ otel: { configMap: "others" } })).rejects.toThrow(says);
    await expect(change(null)).rejects.toThrow(says);
    await change({ otel: { configMap: "newer-rules" } });
  });

  test("rules in a ConfigMap that is the operator's", async () => {
    const alerts = (otel: string) => ({
      ...whole(),
      alerts: { legacy: { configMap: "old-rules" }, otel: { configMap: otel } },
    });
    for (const ours of ["pipeline-rules", "pipeline-objectives", "old-rules-before-switch"])
      await expect(dryRun(alerts(ours))).rejects.toThrow(/are ConfigMaps of the operator/);
    expect(await dryRun(alerts("shop-rules"))).toBeDefined();
  });

  test.each([
    ["http://prometheus:90901", false],
    ["http://prometheus:9090/select/0", true],
    ["https://[2001:db8::1]:9090", true],
    ["http://user:word@prometheus:9090", false],
    ["prometheus:9090", false],
  ])("the address %s: %s", async (address, isTaken) => {
    const wanted = { ...whole(), legacy: { prometheus: { url: address } } };
    const asked = dryRun(wanted).then(
      () => true,
      () => false,
    );
    expect(await asked).toBe(isTaken);
    expect(specSchema.safeParse(wanted).success).toBe(isTaken);
  });

  test("a name that no Service could have", async () => {
    await expect(dryRun(whole(), "1.pipeline")).rejects.toThrow(
      /because Services are named after it/,
    );
  });
});
