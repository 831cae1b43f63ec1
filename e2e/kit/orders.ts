/** Another team's services: samples/orders, installed from its own manifests as that team would. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { parse, stringify } from "yaml";
import { root } from "../../tools/run.ts";
import type { Images } from "./install.ts";
import { kubectl, type Tools } from "./kubectl.ts";
import type { Place } from "./migration.ts";
import type { Resource } from "./story.ts";

export const ORDERS: Place = { namespace: "shop", name: "orders" };

const sources = join(root, "samples", "orders");

export const ordersMigration = async (): Promise<Resource> =>
  parse(await readFile(join(sources, "migration.yaml"), "utf8")) as Resource;

const imageIn = (images: Images, name: string) => {
  const [newName = "", newTag = ""] = (images[name] ?? "").split(":");
  return { newName, newTag };
};

/** What its team has released since, by Deployment: any word. */
export type Releases = Record<string, string>;

const released = ([name, version]: [string, string]) => ({
  target: { kind: "Deployment", name },
  patch: JSON.stringify([
    {
      op: "add",
      path: "/spec/template/spec/containers/0/env/-",
      value: { name: "RELEASE", value: version },
    },
  ]),
});

/** The manifests are left as they are: what differs from cluster to cluster, and from release to release, is an overlay. */
const overlay = async (images: Images, releases: Releases = {}): Promise<string> => {
  const folder = join(root, ".state", "orders");
  await mkdir(folder, { recursive: true });
  // By the names that the manifests below it end up with.
  const renamed = {
    "registry.example/orders": "orders",
    postgres: "postgres",
    "prom/prometheus": "prometheus",
  };
  const kustomization = {
    resources: [relative(folder, join(sources, "kubernetes"))],
    images: Object.entries(renamed).map(([name, ours]) => ({ name, ...imageIn(images, ours) })),
    patches: Object.entries(releases).map((release) => released(release)),
  };
  await writeFile(join(folder, "kustomization.yaml"), stringify(kustomization));
  return folder;
};

export const installOrders = async (tools: Tools, images: Images): Promise<void> => {
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: ORDERS.namespace } };
  await kubectl(tools, ["apply", "-f", "-"], { input: JSON.stringify(namespace) });
  await applyOrders({ tools, images });
  const ready = ["wait", "deployments", "--all", "--for=condition=Available", "--timeout=180s"];
  await kubectl(tools, ["-n", ORDERS.namespace, ...ready], { seconds: 200 });
};

interface Team {
  tools: Tools;
  images: Images;
}

/** As its team does it, at any time. */
export const applyOrders = async ({ tools, images }: Team, releases?: Releases): Promise<string> =>
  kubectl(tools, ["apply", "-k", await overlay(images, releases)]);

/** Fails, with the differences, unless what the team would apply is what is there. */
export const nothingToApply = async (
  { tools, images }: Team,
  releases?: Releases,
): Promise<string> => kubectl(tools, ["diff", "-k", await overlay(images, releases)]);
