/** The operator of this cluster, as far as the user may see it: where it is, and what it was told. */
import type { Cluster, Manifest } from "@flashcard-otel/operator/cluster/cluster.ts";
import type { DeploymentSpec } from "@flashcard-otel/operator/injection/pod.ts";
import type { Settings } from "@flashcard-otel/operator/settings.ts";

const NAME = "app.kubernetes.io/name=flashcard-otel";

export interface Installation {
  controller: Manifest | undefined;
  webhook: Manifest | undefined;
  /** Images that it starts; those that are not known are absent. */
  images: Partial<Settings["images"]>;
  /** Namespaces it works in; empty: all. */
  namespaces: string[];
}

/** What one process of the operator is called by the chart. */
const roleOf = ({ metadata }: Manifest): string | undefined =>
  metadata.labels?.["app.kubernetes.io/component"];

export const installationIn = async (cluster: Cluster): Promise<Installation> => {
  const all = await cluster.list({
    apiVersion: "apps/v1",
    kind: "Deployment",
    namespace: "",
    labels: NAME,
  });
  const controller = all.find((one) => roleOf(one) === "controller");
  const env = environmentOf(controller);
  return {
    controller,
    webhook: all.find((one) => roleOf(one) === "webhook"),
    images: Object.fromEntries(
      IMAGES.flatMap((name) => {
        const image = env.get(`${name.toUpperCase()}_IMAGE`);
        return image ? [[name, image]] : [];
      }),
    ),
    namespaces: (env.get("WATCH_NAMESPACES") ?? "").split(",").filter((name) => name !== ""),
  };
};

const IMAGES = ["operator", "collector", "jaeger", "prometheus", "k6"] as const;

const environmentOf = (controller: Manifest | undefined): Map<string, string> => {
  const { template } = (controller?.spec ?? {}) as Partial<DeploymentSpec>;
  const variables = template?.spec.containers.flatMap(({ env = [] }) => env) ?? [];
  return new Map(variables.map(({ name, value }) => [name, value ?? ""]));
};
