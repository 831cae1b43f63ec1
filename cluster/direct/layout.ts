import { join } from "node:path";

/** Fixed names and addresses of the one node. Only one such cluster can be up on a machine. */
export const names = {
  node: "node-1",
  cgroup: "flashcard-otel",
  interface: "fcotel0",
  peer: "node0",
} as const;

export const network = {
  host: "172.30.7.1",
  node: "172.30.7.2",
  prefix: 24,
  apiPort: 6443,
  pods: "10.244.0.0/16",
  nodePods: "10.244.0.0/24",
  services: "10.96.0.0/16",
  dns: "10.96.0.10",
} as const;

/**
 * What the node's processes see. The state folder and the cache are mounted at fixed short places, so that nothing
 * inside depends on where the checkout is, and the system's own folders can be covered by empty ones.
 */
export const inside = { state: "/mnt/node", cache: "/mnt/cache" } as const;

export interface Layout {
  /** Everything of this cluster on the host. */
  root: string;
  /** The part that the node sees as /mnt/node. */
  node: string;
  logs: string;
  kubeconfig: string;
  record: string;
}

/** `folder` keeps the clusters of two providers apart. */
export const layoutIn = (state: string, folder: "cluster" | "kind" = "cluster"): Layout => {
  const root = join(state, folder);
  return {
    root,
    node: join(root, "node"),
    logs: join(root, "node/log"),
    kubeconfig: join(root, "kubeconfig"),
    record: join(root, "record.json"),
  };
};

export const nodeFolders = [
  "log",
  "pki",
  "conf",
  "kubelet",
  "containerd",
  "etcd",
  "cni",
  "pods",
  "tmp/hostpath_pv",
  "opt",
  "bin",
];
