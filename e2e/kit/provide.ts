/** A cluster with our images on it, whichever provider is asked for. */
import { buildImages } from "../../cluster/images/build.ts";
import { clientPrograms } from "../../cluster/programs.ts";
import { openCluster } from "../../cluster/providers/open.ts";
import {
  type Provider,
  providerNames,
  type ProviderWish,
} from "../../cluster/providers/provider.ts";
import { settingsFrom } from "../../cluster/settings.ts";
import type { Images } from "./install.ts";
import type { Tools } from "./kubectl.ts";

export interface Asked {
  provider: string;
  context: string | undefined;
  /** kind may start a Docker of its own. */
  withDocker: boolean;
}

export interface Provided {
  tools: Tools;
  images: Images;
  /** Makes further images available to pods. */
  load: Provider["load"];
  kubelet: Provider["kubelet"];
  cluster: { provider: string; readySeconds: number };
}

const wishOf = (word: string): ProviderWish => {
  const wish = [...providerNames, "auto" as const].find((name) => name === word);
  if (!wish) throw new Error(`--provider ${word} is unknown: auto, ${providerNames.join(", ")}`);
  return wish;
};

const open = ({ provider, context, withDocker }: Asked, say: (line: string) => void) => {
  const settings = settingsFrom(process.env, say);
  const wish = { provider: wishOf(provider), withDocker, ...(context ? { context } : {}) };
  return { settings, cluster: openCluster(settings, wish) };
};

/** Builds what is not in the cache, starts the cluster, and makes the images available to its pods. */
export const bringUp = async (asked: Asked, say: (line: string) => void): Promise<Provided> => {
  const { settings, cluster } = open(asked, say);
  const programs = await clientPrograms(settings);
  const { provider, readySeconds } = await cluster.up();
  const images = await buildImages(settings);
  await cluster.load([...images.values()]);
  return {
    tools: { ...programs, kubeconfig: cluster.kubeconfig() },
    images: Object.fromEntries([...images].map(([name, { ref }]) => [name, ref])),
    load: (more) => cluster.load(more),
    kubelet: cluster.kubelet,
    cluster: { provider, readySeconds },
  };
};

export const takeDown = (asked: Asked, say: (line: string) => void): Promise<void> =>
  open(asked, say).cluster.down();
