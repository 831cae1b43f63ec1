import { describe, expect, test } from "@jest/globals";
import type { Manifest } from "../cluster/cluster.ts";
import type { Container, DeploymentSpec, PodSpec } from "../injection/pod.ts";
import { specSchema, statusSchema } from "../migration/schema.ts";
import type { TrialSetting } from "./setting.ts";
import { loadJob, trialNames, twins } from "./twin.ts";

const ATTEMPT = "0a1b2c3d4e";

const app: Container = {
  name: "app",
  image: "shop/api:7",
  command: ["node", "main.js"],
  env: [
    { name: "DATABASE_URL", value: "postgres://real" },
    { name: "CACHE", value: "$(DATABASE_URL)" },
  ],
  ports: [
    { name: "http", containerPort: 8080, hostPort: 80 } as { name: string; containerPort: number },
  ],
  resources: { limits: { cpu: "1", memory: "256Mi" } },
  readinessProbe: { httpGet: { path: "/readyz", port: "http" } },
  livenessProbe: { httpGet: { path: "/healthz", port: "http" } },
  startupProbe: { httpGet: { path: "/healthz", port: "http" } },
  lifecycle: { preStop: { sleep: { seconds: 5 } } },
  volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
};

const template: DeploymentSpec["template"] = {
  metadata: {
    labels: { app: "api", "app.kubernetes.io/component": "api" },
    annotations: { "prometheus.io/scrape": "true" },
  },
  spec: {
    containers: [app],
    volumes: [{ name: "tmp", emptyDir: {} }],
    serviceAccountName: "api",
    securityContext: { runAsNonRoot: true },
    affinity: { nodeAffinity: {} },
    topologySpreadConstraints: [{}],
    priorityClassName: "high",
    nodeSelector: { disk: "fast" },
    terminationGracePeriodSeconds: 90,
  },
};

const setting = (
  difference: Partial<TrialSetting> = {},
  pod: Partial<PodSpec> = {},
): TrialSetting => {
  const spec = specSchema.parse({
    target: "Instrumented",
    components: [
      {
        name: "api",
        target: { name: "api" },
        trial: {
          sideEffects: "Isolated",
          items: { configMap: "items" },
          env: [
            { name: "DATABASE_URL", value: "postgres://throw-away" },
            { name: "QUEUE", value: "trial" },
          ],
        },
      },
    ],
  });
  const [component] = spec.components;
  if (!component) throw new Error("no component");
  return {
    migration: {
      metadata: { name: "pipeline", namespace: "shop", uid: "uid-1" },
      spec,
      status: statusSchema.parse({}),
    },
    spec: component,
    deployment: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "api" },
      spec: { template: { ...template, spec: { ...template.spec, ...pod } } },
    },
    settings: { images: { operator: "operator:1", k6: "k6:1" } },
    sources: { agent: "// agent", trial: "// trial" },
    profile: "Lean",
    attempt: ATTEMPT,
    token: "0123456789abcdef",
    ...difference,
  };
};

const made = (input: TrialSetting = setting()): Manifest[] => {
  const result = twins(input);
  if ("refused" in result) throw new Error(result.refused.reason);
  return result.manifests;
};

const named = (manifests: Manifest[], name: string): Manifest => {
  const found = manifests.find(({ metadata }) => metadata.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
};

const names = trialNames(setting().migration, setting().spec, ATTEMPT);
const specOf = (role: "plain" | "injected", input?: TrialSetting): PodSpec =>
  named(made(input), names[role]).spec as PodSpec;
const appIn = ({ containers }: PodSpec): Container => {
  const [first] = containers;
  if (!first) throw new Error("no container");
  return first;
};

describe("both twins", () => {
  test.each(["plain", "injected"] as const)(
    "%s: no label or annotation of the user's is on it",
    (role) => {
      const { labels, annotations } = named(made(), names[role]).metadata;
      expect(annotations).toBeUndefined();
      expect(labels).toEqual({
        "app.kubernetes.io/managed-by": "flashcard-otel",
        "app.kubernetes.io/component": "trial",
        "flashcard-otel.dev/migration": "pipeline",
        "flashcard-otel.dev/attempt": ATTEMPT,
        "flashcard-otel.dev/component": "api",
        "flashcard-otel.dev/role": role,
      });
    },
  );

  test.each(["plain", "injected"] as const)("%s: only what is on the lists is copied", (role) => {
    const {
      containers,
      initContainers,
      volumes: _volumes,
      affinity: _affinity,
      ...rest
    } = specOf(role);
    expect(rest).toEqual({
      serviceAccountName: "api",
      securityContext: { runAsNonRoot: true },
      nodeSelector: { disk: "fast" },
      shareProcessNamespace: true,
      restartPolicy: "Never",
      terminationGracePeriodSeconds: 5,
      activeDeadlineSeconds: 30 * 60 + 600,
    });
    const { env: _env, volumeMounts: _mounts, ...container } = containers[0] ?? app;
    expect(container).toEqual({
      name: "app",
      image: "shop/api:7",
      command: ["node", "main.js"],
      ports: [{ name: "http", containerPort: 8080 }],
      resources: { limits: { cpu: "1", memory: "256Mi" } },
      readinessProbe: { httpGet: { path: "/readyz", port: "http" } },
    });
    expect(initContainers?.map(({ name }) => name)).toEqual(["flashcard-otel-meter"]);
  });

  test.each(["plain", "injected"] as const)(
    "%s: the trial's variables replace the real ones in place",
    (role) => {
      const user = (appIn(specOf(role)).env ?? []).filter(
        ({ name }) => !name.startsWith("FLASHCARD_OTEL") && name !== "NODE_OPTIONS",
      );
      expect(user).toEqual([
        { name: "DATABASE_URL", value: "postgres://throw-away" },
        { name: "CACHE", value: "$(DATABASE_URL)" },
        { name: "QUEUE", value: "trial" },
      ]);
    },
  );

  test("carry a meter with an id of its own and no rights", () => {
    expect(specOf("plain").initContainers?.[0]).toMatchObject({
      command: ["node", "/app/meter.js"],
      restartPolicy: "Always",
      securityContext: { runAsUser: 65533, capabilities: { drop: ["ALL"] } },
    });
  });

  test("have the priority of the trial when there is one", () => {
    const images = { operator: "operator:1", k6: "k6:1" };
    const low = setting({ settings: { images, trialPriorityClass: "flashcard-otel-trial" } });
    expect(specOf("plain", low)["priorityClassName"]).toBe("flashcard-otel-trial");
  });
});

describe("the injected twin", () => {
  test("differs from the plain one by the webhook's patch, the token and its place beside the other", () => {
    const { env, volumeMounts } = appIn(specOf("injected"));
    expect(env?.map(({ name }) => name)).toEqual([
      "FLASHCARD_OTEL_POD_NAME",
      "FLASHCARD_OTEL_POD_UID",
      "FLASHCARD_OTEL_NODE_NAME",
      "FLASHCARD_OTEL_NAMESPACE",
      "DATABASE_URL",
      "CACHE",
      "QUEUE",
      "NODE_OPTIONS",
      "FLASHCARD_OTEL_TRIAL_TOKEN",
    ]);
    expect(volumeMounts?.map(({ mountPath }) => mountPath)).toEqual(["/tmp", "/flashcard-otel"]);
    expect(appIn(specOf("plain")).volumeMounts).toHaveLength(1);
    expect(JSON.stringify(specOf("injected")["affinity"])).toContain(
      '"flashcard-otel.dev/role":"plain"',
    );
    expect(specOf("plain")["affinity"]).not.toHaveProperty("podAffinity");
  });

  test("mounts a configuration of its own that sends to the sink", () => {
    const [config] = made();
    const mounted = specOf("injected").volumes?.at(-1);
    expect(mounted).toEqual({
      name: "flashcard-otel-agent",
      configMap: { name: config?.metadata.name },
    });
    expect(JSON.parse(config?.data?.["config.json"] ?? "")).toMatchObject({
      profile: "lean",
      endpoint: "http://pipeline-sink-api.shop.svc:4318",
      legacyOff: null,
    });
  });

  test("of profile full copies the SDK before the meter starts", () => {
    const { initContainers } = specOf("injected", setting({ profile: "Full" }));
    expect(initContainers?.map(({ name }) => name)).toEqual([
      "flashcard-otel-full",
      "flashcard-otel-meter",
    ]);
  });
});

describe("the first twin", () => {
  const wish = (input?: TrialSetting): string => JSON.stringify(specOf("plain", input)["affinity"]);

  test("avoids nodes on which another trial is, whatever its namespace, but does not insist", () => {
    expect(wish()).toContain(
      `{"key":"flashcard-otel.dev/attempt","operator":"NotIn","values":["${ATTEMPT}"]}`,
    );
    expect(wish()).toContain('"namespaceSelector":{}');
    expect(wish()).not.toContain("required");
  });

  test("goes back to the node that the attempt has, if it can", () => {
    const back = wish(setting({ node: "node-7" }));
    expect(back).toContain('{"key":"metadata.name","operator":"In","values":["node-7"]}');
    expect(back).not.toContain("required");
  });
});

describe("a fresh pair", () => {
  const whole = (first: "plain" | "injected") =>
    setting({ whole: { record: "0a1b2c3d4e", pair: 3, first, maxPairs: 20 } });

  test.each(["plain", "injected"] as const)(
    "starts the %s twin first, and the other beside it",
    (first) => {
      const found = twins(whole(first));
      if ("refused" in found) throw new Error(found.refused.message);
      const pods = found.manifests.filter(({ kind }) => kind === "Pod");
      expect(pods.map(({ metadata }) => metadata.name.split("-").at(-1))[0]).toBe(first);
      const [one, other] = pods.map(({ spec }) => JSON.stringify((spec as PodSpec)["affinity"]));
      expect(one).not.toContain('"podAffinity"');
      expect(other).toContain(`"flashcard-otel.dev/role":"${first}"`);
    },
  );

  test("runs the agent without a token: as in production", () => {
    const { env = [] } = appIn(specOf("injected", whole("plain")));
    expect(env.map(({ name }) => name)).not.toContain("FLASHCARD_OTEL_TRIAL_TOKEN");
    expect(env.map(({ name }) => name)).toContain("NODE_OPTIONS");
  });

  test("is one load, that writes into the record of all", () => {
    const job = loadJob(whole("injected"), { plain: "10.0.0.1", injected: "10.0.0.2" });
    const { env = [] } = appIn((job.spec as DeploymentSpec).template.spec);
    expect(Object.fromEntries(env.map(({ name, value }) => [name, value]))).toMatchObject({
      ATTEMPT: "0a1b2c3d4e",
      PAIR: "3",
      FIRST: "injected",
      MAX_PAIRS: "20",
      EPOCH_ITEMS: "300",
      WARMUP_ITEMS: "300",
      MARGIN_PERCENT: "3",
    });
  });
});

describe("the sink's Service", () => {
  test("leads to the pod of this attempt's load, ready or not", () => {
    const service = named(made(), names.sink);
    const job = loadJob(setting(), { plain: "10.0.0.1", injected: "10.0.0.2" });
    const { selector } = service.spec as { selector: Record<string, string> };
    const { labels } = (job.spec as DeploymentSpec).template.metadata ?? {};
    expect(labels).toMatchObject(selector);
    expect(service.spec).toMatchObject({ publishNotReadyAddresses: true, ports: [{ port: 4318 }] });
  });
});

describe("the load", () => {
  const job = loadJob(setting(), { plain: "10.0.0.1", injected: "fd00::2" });
  const pod = (job.spec as DeploymentSpec).template.spec;
  const env = Object.fromEntries((appIn(pod).env ?? []).map(({ name, value }) => [name, value]));

  test("knows both twins, their meters, the sink and how long to go on", () => {
    expect(env).toMatchObject({
      ATTEMPT,
      TOKEN: "0123456789abcdef",
      PLAIN_URL: "http://10.0.0.1:8080",
      PLAIN_METER_URL: "http://10.0.0.1:9465",
      TWIN_URL: "http://[fd00::2]:8080",
      TWIN_METER_URL: "http://[fd00::2]:9465",
      SINK_URL: "http://127.0.0.1:4318",
      FLUSH_PATH: "/readyz",
      WARMUP_ITEMS: "1500",
      PAIRS_PER_BLOCK: "50",
    });
  });

  test("sends no more items than the limit", () => {
    const [aa, ab, pairs, warm, twin] = [
      "AA_BLOCKS",
      "BLOCKS",
      "PAIRS_PER_BLOCK",
      "WARMUP_ITEMS",
      "TWIN_PAIRS",
    ].map((name) => Number(env[name])) as [number, number, number, number, number];
    const items = (aa + ab) * (pairs + 1) * 2 + warm + 2 * twin;
    expect(items).toBeLessThanOrEqual(60_000);
    expect(items).toBeGreaterThan(59_000);
  });

  test("has no rights, is tried once, and ends", () => {
    expect(pod).toMatchObject({ automountServiceAccountToken: false, restartPolicy: "Never" });
    expect(job.spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 30 * 60 + 600 });
  });

  test("lets no module of the user's take the place of our entry", () => {
    expect(pod.volumes?.[0]).toMatchObject({
      projected: {
        sources: [{ configMap: { name: "items" } }, { configMap: { name: names.scripts } }],
      },
    });
  });
});

describe("there is no trial for", () => {
  test.each<[string, string, Partial<PodSpec>]>([
    [
      "a volume that belongs to the running pods",
      "VolumeNotCopied",
      { volumes: [{ name: "data", persistentVolumeClaim: {} }] },
    ],
    ["init containers", "InitContainers", { initContainers: [{ name: "migrate" }] }],
    ["the host's network", "HostNamespaces", { hostNetwork: true }],
    [
      "a probe that is not HTTP",
      "ReadinessNotHttp",
      { containers: [{ name: "app", readinessProbe: { exec: {} } }] },
    ],
    [
      "a probe at an unknown port",
      "ReadinessNotHttp",
      { containers: [{ ...app, readinessProbe: { httpGet: { port: "web" } } }] },
    ],
    [
      "what the webhook would not inject",
      "OtherAgent",
      { containers: [{ ...app, command: ["node", "-r", "dd-trace/init"] }] },
    ],
  ])("%s", (_case, reason, pod) => {
    expect(twins(setting({}, pod))).toMatchObject({ refused: { reason } });
  });

  test("a component without items", () => {
    const { spec } = setting();
    const { items: _items, ...trial } = spec.trial;
    expect(twins(setting({ spec: { ...spec, trial } }))).toMatchObject({
      refused: { reason: "NoTrialItems" },
    });
  });
});

test("names fit into a label whatever the resource is called", () => {
  const { migration, spec } = setting();
  const long = { ...migration, metadata: { ...migration.metadata, name: "p".repeat(200) } };
  const all = Object.values(trialNames(long, { ...spec, name: "c".repeat(40) }, ATTEMPT));
  // A Job's pod gets six more characters.
  expect(Math.max(...all.map(({ length }) => length))).toBeLessThanOrEqual(63);
  const other = { ...long, metadata: { ...long.metadata, name: "p".repeat(199) } };
  expect(trialNames(other, spec, ATTEMPT).job).not.toBe(trialNames(long, spec, ATTEMPT).job);
});
