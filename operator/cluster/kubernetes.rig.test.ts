import { KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Api, startApi } from "../../cluster/api.ts";
import { contract } from "./contract.ts";
import { ClusterError } from "./cluster.ts";
import { kubernetesCluster } from "./kubernetes.ts";
import { openWire } from "./wire.ts";

let api: Api;

beforeAll(async () => {
  api = await startApi();
}, 120_000);

afterAll(() => api.stop());

const wire = (deadlineMs = 15_000) => {
  const config = new KubeConfig();
  config.loadFromFile(api.kubeconfig);
  return openWire(config, { deadlineMs });
};

contract("a real API server", async () => ({
  cluster: kubernetesCluster(wire()),
  other: kubernetesCluster(wire(), "kubectl"),
  stop: async () => undefined,
}));

test("a list longer than a page is whole", async () => {
  const cluster = kubernetesCluster(wire());
  const labels = { paged: "yes" };
  const names = Array.from(
    { length: 620 },
    (_, index) => `paged-${String(index).padStart(3, "0")}`,
  );
  // Not all at once: the API server would ask us to slow down.
  const make = async (share: string[]) => {
    for (const name of share)
      await cluster.create({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name, namespace: "default", labels },
      });
  };
  const shares = Array.from({ length: 20 }, (_, share) =>
    names.filter((_name, index) => index % 20 === share),
  );
  await Promise.all(shares.map((share) => make(share)));
  const all = await cluster.list({
    apiVersion: "v1",
    kind: "ConfigMap",
    namespace: "default",
    labels: "paged=yes",
  });
  expect(all.map(({ metadata }) => metadata.name).toSorted()).toEqual(names);
}, 60_000);

test("a kind that the cluster does not know is NotFound and says so", async () => {
  const cluster = kubernetesCluster(wire());
  const unknown = { apiVersion: "example.dev/v1", kind: "Thing", namespace: "default", name: "a" };
  await expect(cluster.read(unknown)).rejects.toThrow(
    "does not know the kind Thing of example.dev/v1",
  );
});

test("what the API server finds wrong is Invalid and carries its sentence", async () => {
  const cluster = kubernetesCluster(wire());
  const wrong = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "Not Allowed", namespace: "default" },
  };
  const error = await cluster.create(wrong).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ClusterError);
  expect(error).toMatchObject({ refusal: "Invalid", message: expect.stringContaining("RFC 1123") });
});

test("an API server that is not there is Unavailable within the deadline", async () => {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: "gone", server: "https://127.0.0.1:1", skipTLSVerify: true },
    { name: "nobody" },
  );
  const cluster = kubernetesCluster(openWire(config, { deadlineMs: 1000 }));
  const reading = cluster.read({ apiVersion: "v1", kind: "Pod", namespace: "default", name: "a" });
  await expect(reading).rejects.toMatchObject({ refusal: "Unavailable" });
}, 5000);
