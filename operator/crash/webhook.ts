/** The operator's own webhook behind the rig's API server, so that pods come back injected as on a real cluster. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../../e2e/kit/wait.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { serveWebhook } from "../injection/serve.ts";
import { ensureCertificate } from "../injection/trust.ts";
import type { Settings } from "../settings.ts";

const CONFIGURATION = "flashcard-otel";
const SECRET = "certificate";

const register = (cluster: Cluster, port: number) =>
  cluster.create({
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: { name: CONFIGURATION },
    webhooks: [
      {
        name: "pods.flashcard-otel.dev",
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        failurePolicy: "Ignore",
        timeoutSeconds: 5,
        rules: [
          { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] },
        ],
        clientConfig: { url: `https://localhost:${port}/mutate` },
      },
    ],
  });

/** As the controller and the kubelet would. */
const certify = async (cluster: Cluster, namespace: string, folder: string): Promise<void> => {
  const certification = {
    secretName: SECRET,
    namespace,
    configurationName: CONFIGURATION,
    dnsNames: ["localhost"],
    now: new Date(),
  };
  await ensureCertificate(cluster, certification);
  const reference = { apiVersion: "v1", kind: "Secret", namespace, name: SECRET };
  const { data = {} } = (await cluster.read(reference)) ?? {};
  for (const [name, value] of Object.entries(data))
    await writeFile(join(folder, name), Buffer.from(value, "base64"));
};

/** Returns how it ends. */
export const openWebhook = async (
  cluster: Cluster,
  { namespace, images }: Pick<Settings, "namespace" | "images">,
): Promise<() => Promise<void>> => {
  const folder = await mkdtemp(join(tmpdir(), "flashcard-otel-webhook-"));
  const webhook = await serveWebhook(
    { port: 0, certificateFolder: folder, serverName: "localhost", images, reloadMs: 50 },
    {
      count: () => undefined,
      log: { info: () => undefined, warn: () => undefined },
    },
  );
  await register(cluster, webhook.port);
  await certify(cluster, namespace, folder);
  await until({ what: "the webhook", seconds: 20, everyMs: 50 }, async () => webhook.ready());
  return async () => {
    await webhook.close();
    await rm(folder, { recursive: true });
  };
};
