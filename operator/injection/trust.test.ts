import { describe, expect, test } from "@jest/globals";
import type { Cluster, Manifest } from "../cluster/cluster.ts";
import { memoryCluster } from "../cluster/memory.ts";
import { LIFE_DAYS } from "./certificates.ts";
import { ensureCertificate } from "./trust.ts";

const NOW = new Date("2026-01-02T03:04:05Z");
const days = (count: number): Date => new Date(NOW.getTime() + count * 86_400_000);

const CONFIGURATION: Manifest = {
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "MutatingWebhookConfiguration",
  metadata: { name: "flashcard-otel" },
  webhooks: [
    {
      name: "pods.flashcard-otel.dev",
      admissionReviewVersions: ["v1"],
      sideEffects: "None",
      clientConfig: { service: { name: "hook" } },
    },
  ],
};

const open = (...objects: Manifest[]) => {
  const cluster = memoryCluster();
  for (const object of objects) cluster.put(object);
  const writes = () =>
    cluster.calls.flatMap(({ verb, kind }) => (verb === "read" ? [] : `${verb} ${kind}`));
  const configuration = () =>
    cluster.objects().find(({ kind }) => kind === "MutatingWebhookConfiguration");
  const secret = () => cluster.objects().find(({ kind }) => kind === "Secret");
  return { cluster, writes, configuration, secret };
};

const ensure = (cluster: Cluster, now: Date = NOW) =>
  ensureCertificate(cluster, {
    secretName: "hook-tls",
    namespace: "flashcard-otel",
    configurationName: "flashcard-otel",
    dnsNames: ["hook.flashcard-otel.svc"],
    now,
  });

const bundleIn = (manifest: Manifest | undefined): string | undefined => {
  const [hook] = (manifest?.["webhooks"] ?? []) as { clientConfig: { caBundle?: string } }[];
  return Buffer.from(hook?.clientConfig.caBundle ?? "", "base64").toString();
};

describe("the certificate", () => {
  test("is made once: trust first, so that no pod meets a certificate nobody trusts", async () => {
    const { cluster, writes, configuration } = open(CONFIGURATION);
    const { caBundle, renewed } = await ensure(cluster);
    expect(renewed).toBe(true);
    expect(writes()).toEqual(["apply MutatingWebhookConfiguration", "create Secret"]);
    expect(bundleIn(configuration())).toBe(caBundle);
    expect(await ensure(cluster)).toEqual({ caBundle, renewed: false });
    expect(writes()).toHaveLength(2);
  });

  test("is renewed in time, and the CA before it stays trusted", async () => {
    const { cluster, writes, configuration } = open(CONFIGURATION);
    const before = await ensure(cluster);
    const after = await ensure(cluster, days(LIFE_DAYS * 0.7));
    expect(after.renewed).toBe(true);
    expect(after.caBundle).toContain(before.caBundle.trim());
    expect(writes().slice(2)).toEqual(["apply MutatingWebhookConfiguration", "apply Secret"]);
    expect(bundleIn(configuration())).toBe(after.caBundle);
  });

  test("stores no key that could sign", async () => {
    const { cluster, secret } = open();
    await ensure(cluster);
    expect(Object.keys(secret()?.data ?? {}).toSorted()).toEqual(["ca.crt", "tls.crt", "tls.key"]);
  });

  test("is trusted again after somebody has reset the configuration", async () => {
    const { cluster, writes, configuration } = open(CONFIGURATION);
    const { caBundle } = await ensure(cluster);
    cluster.put(CONFIGURATION);
    expect((await ensure(cluster)).renewed).toBe(false);
    expect(writes().at(-1)).toBe("apply MutatingWebhookConfiguration");
    expect(bundleIn(configuration())).toBe(caBundle);
  });

  test("is made without a configuration, which is not created either", async () => {
    const { cluster, writes } = open();
    await ensure(cluster);
    expect(writes()).toEqual(["create Secret"]);
  });

  test("leaves it to the other operator when both make the first one at once", async () => {
    const { cluster } = open();
    const theirs = open();
    await ensure(theirs.cluster);
    let first = true;
    const racing: Cluster = {
      ...cluster,
      read: (reference) => {
        if (!first) return theirs.cluster.read(reference);
        first = false;
        return Promise.resolve(undefined);
      },
      create: (manifest) => theirs.cluster.create(manifest),
    };
    await ensure(racing);
    expect((await ensure(racing)).renewed).toBe(false);
  });
});
