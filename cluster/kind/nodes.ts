/** kind's nodes, as the Docker they run in sees them. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { type Layout, network } from "../direct/layout.ts";
import type { LoadableImage } from "../providers/provider.ts";
import { run, type RunOptions } from "../run.ts";
import type { Environment, Settings } from "../settings.ts";

export const CLUSTER = "flashcard-otel";

/** kind with the Docker it is to use. */
export interface Kind {
  program: string;
  env: Environment;
}

const kind = ({ program, env }: Kind, args: readonly string[], options: RunOptions = {}) =>
  run(program, args, { env, seconds: 900, ...options });

export const exists = async (one: Kind): Promise<boolean> =>
  (await kind(one, ["get", "clusters"])).split("\n").includes(CLUSTER);

export const nodeNames = async (one: Kind): Promise<string[]> =>
  (await kind(one, ["get", "nodes", "--name", CLUSTER])).trim().split("\n");

export interface Creation {
  image: string | undefined;
  /** Where the API is to be reached; kind's own choice is loopback. */
  address: string | undefined;
}

const configuration = async (settings: Settings, address: string | undefined): Promise<string> => {
  const text = await readFile(join(settings.repo, "manifests/kind.yaml"), "utf8");
  if (!address) return text;
  const config = parse(text) as { networking?: object };
  // kind looks for a free port on an address of this machine; this one is not.
  const api = { apiServerAddress: address, apiServerPort: network.apiPort };
  return stringify({ ...config, networking: { ...config.networking, ...api } });
};

export const create = async (
  one: Kind,
  { settings, layout }: { settings: Settings; layout: Layout },
  { image, address }: Creation,
): Promise<void> => {
  const config = join(layout.root, "kind.yaml");
  await writeFile(config, await configuration(settings, address));
  const files = ["--config", config, "--kubeconfig", layout.kubeconfig];
  const args = ["create", "cluster", "--name", CLUSTER, ...files, "--wait", "180s"];
  await kind(one, [...args, ...(image ? ["--image", image] : [])], { onLine: settings.say });
};

/** Its containers, and the network unless another cluster of kind is on it. */
export const remove = async (one: Kind, layout: Layout): Promise<void> => {
  await kind(one, ["delete", "cluster", "--name", CLUSTER, "--kubeconfig", layout.kubeconfig]);
  await run("docker", ["network", "rm", "kind"], { env: one.env }).catch(() => undefined);
};

const listed = async ({ env }: Kind, node: string): Promise<ReadonlySet<string>> => {
  const list = ["exec", node, "ctr", "--namespace", "k8s.io", "images", "list", "--quiet"];
  return new Set((await run("docker", list, { env })).split("\n"));
};

/** Loads what one of the nodes lacks onto all of them; tags are digests, so a name that is there is the same image. */
export const load = async (one: Kind, images: readonly LoadableImage[]): Promise<number> => {
  const nodes = await Promise.all((await nodeNames(one)).map((node) => listed(one, node)));
  const everywhere = ({ ref }: LoadableImage): boolean =>
    ref !== undefined && nodes.every((names) => names.has(`docker.io/${ref}`));
  const wanted = images.filter((image) => !everywhere(image));
  for (const { archive } of wanted)
    await kind(one, ["load", "image-archive", archive, "--name", CLUSTER]);
  return wanted.length;
};
