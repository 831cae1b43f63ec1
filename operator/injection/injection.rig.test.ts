/** Against a real API server: what it validates, defaults and merges is not ours to imitate. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { KubeConfig } from "@kubernetes/client-node";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type Api, startApi } from "../../cluster/api.ts";
import type { Cluster, Manifest } from "../cluster/cluster.ts";
import { kubernetesCluster } from "../cluster/kubernetes.ts";
import { openWire } from "../cluster/wire.ts";
import { specSchema, statusSchema } from "../migration/schema.ts";
import { userTemplateHash } from "../rollout/template.ts";
import { loadJob, twins } from "../trial/twin.ts";
import { dryRunPod, dryRunRefusal } from "./dryrun.ts";
import { serveWebhook, type Webhook } from "./serve.ts";
import { ensureCertificate } from "./trust.ts";
import { workloadPatch } from "./workload.ts";

const HOOK = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "MutatingWebhookConfiguration",
};
const images = { operator: "operator:1", k6: "k6:1" };

let api: Api;
let cluster: Cluster;
let folder: string;
let webhook: Webhook;
const outcomes: string[] = [];

const certification = (now: Date) => ({
  secretName: "hook-tls",
  namespace: "shop",
  configurationName: "flashcard-otel",
  dnsNames: ["localhost"],
  now,
});

/** As the kubelet would. */
const mount = async (): Promise<void> => {
  const secret = await cluster.read({
    apiVersion: "v1",
    kind: "Secret",
    namespace: "shop",
    name: "hook-tls",
  });
  for (const [name, value] of Object.entries(secret?.data ?? {}))
    await writeFile(path.join(folder, name), Buffer.from(value, "base64"));
};

const until = async (holds: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 200 && !holds(); turn += 1)
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  expect(holds()).toBe(true);
};

const configuration = (port: number): Manifest => ({
  ...HOOK,
  metadata: { name: "flashcard-otel" },
  webhooks: [
    {
      name: "pods.flashcard-otel.dev",
      admissionReviewVersions: ["v1"],
      sideEffects: "None",
      failurePolicy: "Ignore",
      timeoutSeconds: 2,
      reinvocationPolicy: "IfNeeded",
      rules: [
        { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] },
      ],
      clientConfig: { url: `https://localhost:${port}/mutate` },
    },
  ],
});

const container = {
  name: "app",
  image: "app:1",
  env: [
    { name: "NODE_OPTIONS", value: "" },
    { name: "X", value: "1" },
  ],
  ports: [{ name: "http", containerPort: 8080 }],
  readinessProbe: { httpGet: { path: "/readyz", port: "http" } },
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
};

const deployment = (name: string): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: "shop" },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 1000,
          seccompProfile: { type: "RuntimeDefault" },
        },
        containers: [container],
      },
    },
  },
});

beforeAll(async () => {
  api = await startApi();
  const config = new KubeConfig();
  config.loadFromFile(api.kubeconfig);
  cluster = kubernetesCluster(openWire(config));
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels } });
  await cluster.create({
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "default", namespace: "shop" },
  });
  folder = await mkdtemp(path.join(os.tmpdir(), "webhook-"));
  webhook = await serveWebhook(
    { port: 0, certificateFolder: folder, serverName: "localhost", images, reloadMs: 20 },
    {
      count: (outcome) => outcomes.push(outcome),
      log: { info: () => undefined, warn: () => undefined },
    },
  );
  await cluster.create(configuration(webhook.port));
}, 120_000);

afterAll(async () => {
  await webhook.close();
  await api.stop();
  await rm(folder, { recursive: true });
});

describe("the webhook behind a real API server", () => {
  test("is silent before its certificate is there, and pods are admitted all the same", async () => {
    await cluster.create(deployment("api"));
    const answered = await cluster.create(dryRunPod(deployment("api"), "lean@0123456789"), {
      dryRun: true,
    });
    expect(dryRunRefusal(answered)?.reason).toBe("WebhookSilent");
  });

  test("is trusted without a change to what the chart says", async () => {
    const { caBundle } = await ensureCertificate(cluster, certification(new Date()));
    await mount();
    await until(webhook.ready);
    const stored = await cluster.read({ ...HOOK, namespace: "", name: "flashcard-otel" });
    const encoded = Buffer.from(caBundle).toString("base64");
    expect(stored?.["webhooks"]).toMatchObject([
      { failurePolicy: "Ignore", timeoutSeconds: 2, clientConfig: { caBundle: encoded } },
    ]);
  });

  test.each(["lean", "sampled", "metrics", "full"])(
    "injects profile %s into a pod of a namespace that enforces the restricted standard",
    async (profile) => {
      const pod = dryRunPod(deployment("api"), `${profile}@0123456789`);
      const answered = await cluster.create(pod, { dryRun: true });
      expect(dryRunRefusal(answered)).toBeUndefined();
      const { containers } = answered.spec as { containers: { env: unknown[] }[] };
      expect(containers[0]?.env.slice(4)).toEqual([
        { name: "NODE_OPTIONS", value: "--require /flashcard-otel/agent.cjs" },
        { name: "X", value: "1" },
      ]);
      expect(outcomes.at(-1)).toBe("injected");
    },
  );

  test("is trusted again after a renewal, old and new certificate alike", async () => {
    const later = new Date(Date.now() + 300 * 86_400_000);
    expect((await ensureCertificate(cluster, certification(later))).renewed).toBe(true);
    const pod = dryRunPod(deployment("api"), "lean@0123456789");
    const before = await cluster.create(pod, { dryRun: true });
    expect(dryRunRefusal(before)).toBeUndefined();
  });
});

const spec = specSchema.parse({
  target: "Instrumented",
  components: [
    {
      name: "api",
      target: { name: "api" },
      trial: { sideEffects: "None", items: { configMap: "i" } },
    },
    { name: "web", target: { name: "web" } },
  ],
});
const migration = {
  metadata: { name: "pipeline", namespace: "shop", uid: "0b4f1b5e-1111-4222-8333-444444444444" },
  spec,
  status: statusSchema.parse({}),
};
const [api1, web] = spec.components as [
  (typeof spec.components)[number],
  (typeof spec.components)[number],
];

describe("the objects of a trial", () => {
  test.each(["Lean", "Full"] as const)(
    "of profile %s are all accepted, under the restricted standard",
    async (profile) => {
      const setting = {
        migration,
        spec: api1,
        deployment: deployment("api"),
        settings: { images },
        sources: { agent: "//", trial: "//" },
        profile,
        attempt: "0a1b2c3d4e",
        token: "0123456789abcdef",
      };
      const made = twins(setting);
      if ("refused" in made) throw new Error(made.refused.message);
      const all = [
        ...made.manifests,
        loadJob(setting, { plain: "10.0.0.1", injected: "10.0.0.2" }),
      ];
      for (const manifest of all)
        expect((await cluster.create(manifest, { dryRun: true })).kind).toBe(manifest.kind);
    },
  );
});

const managers = ({ metadata }: Manifest) =>
  metadata.managedFields?.map(({ operation }) => operation);

describe("a workload, forward and back", () => {
  const reference = { apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web" };
  const present = async (): Promise<Manifest> => {
    const object = await cluster.read(reference);
    if (!object) throw new Error("it is gone");
    return object;
  };
  const apply = async (annotation: string | undefined, minReadySeconds: number | undefined) => {
    await cluster.apply(workloadPatch(migration, web, { annotation, minReadySeconds }));
    return present();
  };

  test("is afterwards what it was: the same template, and nothing of it is ours", async () => {
    await cluster.create(deployment("web"));
    const before = await present();
    const during = await apply("lean@0123456789", 30);
    expect(during.spec).toMatchObject({ minReadySeconds: 30 });
    expect(userTemplateHash(during)).toBe(userTemplateHash(before));
    expect((during.spec as { template: unknown }).template).not.toEqual(
      (before.spec as { template: unknown }).template,
    );
    expect(managers(during)).toEqual(expect.arrayContaining(["Apply"]));
    expect((await apply("lean@0123456789", undefined)).spec).not.toHaveProperty("minReadySeconds");
    const after = await apply(undefined, undefined);
    expect(after.spec).toEqual(before.spec);
    expect(managers(after)).not.toContain("Apply");
  });
});
