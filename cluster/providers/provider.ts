import type { BuiltImage } from "../images/store.ts";

export interface UpReport {
  provider: string;
  /** From nothing to node Ready; 0 when it was up already. */
  readySeconds: number;
  already: boolean;
}

/** Where a cluster comes from. Everything else only needs the kubeconfig. */
export interface Provider {
  name: ProviderName;
  up: () => Promise<UpReport>;
  down: () => Promise<void>;
  /** Makes images available to pods; those that are there already cost nothing. */
  load: (images: readonly LoadableImage[]) => Promise<void>;
  /** Path of a kubeconfig whose current context is the cluster. */
  kubeconfig: () => string;
  /** One line per fact, for people; the exit code of `status` is 0 when it is up. */
  status: () => Promise<{ up: boolean; lines: string[] }>;
  /** Where the provider runs it as a process of its own. */
  kubelet?: Kubelet;
}

/** Of the only node. Pods run on while it is away. */
export interface Kubelet {
  /** Ends it at once, as a crash would. */
  kill: () => Promise<void>;
  /** Until it answers again. */
  start: () => Promise<void>;
}

export type LoadableImage = Pick<BuiltImage, "archive"> & Partial<Pick<BuiltImage, "ref">>;

export const providerNames = ["direct", "kind", "context"] as const;
export type ProviderName = (typeof providerNames)[number];
export type ProviderWish = ProviderName | "auto";

export interface Choice {
  name: ProviderName;
  why: string;
}

/** An existing cluster is never taken unless it is named. */
export const choose = (wish: ProviderWish, context: string | undefined): Choice => {
  if (wish !== "auto") return { name: wish, why: "named by --provider" };
  if (context) return { name: "context", why: `--context ${context} names an existing cluster` };
  return { name: "direct", why: "no --context named; direct needs no Docker and no registry" };
};
