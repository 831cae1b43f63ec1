/** What `helm test` asks, asked of a real API server with more and more of an installation on it. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Manifest } from "./cluster/cluster.ts";
import { type Doors, questions } from "./installation.ts";
import { issue, type Issued } from "./injection/certificates.ts";
import { serveWebhook, type Webhook } from "./injection/serve.ts";
import { openRig, type Rig } from "./rig.ts";

const NAMESPACE = "flashcard-otel";
const SERVER = "rel-webhook.flashcard-otel.svc";
let rig: Rig;
let folder: string;
let issued: Issued;
let webhook: Webhook;

const doors = (): Doors => ({
  wire: rig.wire,
  cluster: rig.cluster,
  settings: {
    namespace: NAMESPACE,
    lease: "rel",
    webhook: {
      service: "rel-webhook",
      configuration: "rel-webhook",
      secret: "rel-webhook",
      isOurs: true,
      port: 0,
      certificateFolder: folder,
    },
  },
  review: (body, authority) =>
    new Promise((resolve, reject) => {
      const to = { host: "127.0.0.1", port: webhook.port, servername: SERVER, path: "/mutate" };
      const sent = request({ ...to, method: "POST", ca: authority }, (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.once("end", () => resolve(text));
      });
      sent.once("error", reject);
      sent.end(body);
    }),
});

/** Sentences about what is wrong. */
const wrong = async (): Promise<string[]> => {
  const asked = Object.values(questions).map((question) => question(doors()));
  return (await Promise.all(asked)).flatMap((sentence) => sentence ?? []);
};

const deployment = (name: string): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace: NAMESPACE },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: "app", image: "app" }] },
    },
  },
});

const nowReady = async (name: string): Promise<void> => {
  const { wire } = rig;
  const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${name}/status`;
  const headers = { "content-type": "application/merge-patch+json" };
  const body = { status: { replicas: 2, updatedReplicas: 2, readyReplicas: 2 } };
  expect((await wire.call({ method: "PATCH", path, headers, body, repeatable: true })).status).toBe(
    200,
  );
};

const registered = (authority?: string): Manifest => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "MutatingWebhookConfiguration",
  metadata: { name: "rel-webhook" },
  webhooks: [
    {
      name: "pods.flashcard-otel.dev",
      admissionReviewVersions: ["v1"],
      sideEffects: "None",
      failurePolicy: "Ignore",
      clientConfig: {
        service: { name: "rel-webhook", namespace: NAMESPACE },
        ...(authority ? { caBundle: Buffer.from(authority).toString("base64") } : {}),
      },
    },
  ],
});

beforeAll(async () => {
  rig = await openRig();
  await rig.kubectl.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
  folder = await mkdtemp(join(tmpdir(), "installation-"));
  issued = await issue([SERVER], new Date());
  for (const [name, text] of Object.entries({
    "ca.crt": issued.ca,
    "tls.crt": issued.certificate,
    "tls.key": issued.key,
  }))
    await writeFile(join(folder, name), text);
  webhook = await serveWebhook(
    { port: 0, certificateFolder: folder, serverName: SERVER, images: { operator: "operator:1" } },
    { count: () => undefined, log: { info: () => undefined, warn: () => undefined } },
  );
}, 120_000);

afterAll(async () => {
  await webhook.close();
  await rig.stop();
  await rm(folder, { recursive: true, force: true });
});

test("what is missing is said with what to do, until nothing is", async () => {
  expect(await wrong()).toEqual([
    expect.stringContaining("Deployment rel-controller: it does not exist"),
    expect.stringContaining("Deployment rel-webhook: it does not exist"),
    expect.stringContaining("rel-webhook names no authority"),
  ]);
  for (const name of ["rel-controller", "rel-webhook"]) await rig.kubectl.apply(deployment(name));
  await rig.kubectl.apply(registered());
  expect(await wrong()).toEqual([
    expect.stringContaining("0 of 2 pods are ready, 0 are of this release"),
    expect.stringContaining("kubectl -n flashcard-otel describe deployment rel-webhook"),
    expect.stringContaining("names no authority"),
  ]);
  for (const name of ["rel-controller", "rel-webhook"]) await nowReady(name);
  await rig.kubectl.apply(registered(issued.ca));
  expect(await wrong()).toEqual([]);
});

test("a webhook under another authority is not taken for ours", async () => {
  const other = await issue([SERVER], new Date());
  await rig.kubectl.apply(registered(other.ca));
  await expect(wrong()).rejects.toThrow(/certificate|signature/i);
});
