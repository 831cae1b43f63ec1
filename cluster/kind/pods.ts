/** The image of the control plane's pods: one for all of them, so that a node carries Kubernetes once and not seven times. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathOf, type Paths } from "../artefacts/ensure.ts";
import { skeleton } from "../images/base.ts";
import { file, link, tree } from "../images/files.ts";
import type { Entry } from "../images/layer.ts";
import { libraries } from "../images/libraries.ts";
import { libraryFolders, unpackedRoot } from "../images/postgres.ts";
import type { ImageList } from "../images/store.ts";
import type { Settings } from "../settings.ts";

const bin = "/usr/local/bin";

export const kubernetesNames = ["kubeadm", "kubectl", "kubelet"] as const;

const daemons = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy"];

/** Kubernetes' programs under the given names. */
export const kubernetes = async (paths: Paths, names: readonly string[]): Promise<Entry[]> => [
  await file(`${bin}/kube`, join(pathOf(paths, "kubernetes"), "bin/kube")),
  ...names.map((name) => link(`${bin}/${name}`, "kube")),
];

const extensionsIn = async (root: string, folders: readonly string[]): Promise<Entry[]> => {
  const holders = folders.map((folder) => join(folder, "xtables"));
  const present = holders.filter((folder) => existsSync(folder));
  const trees = present.map((folder) => tree(folder.slice(root.length), folder));
  return (await Promise.all(trees)).flat();
};

const iptables = async (paths: Paths): Promise<Entry[]> => {
  const root = unpackedRoot(paths, "runtime");
  const program = join(root, "usr/sbin/xtables-nft-multi");
  const folders = await libraryFolders(root);
  const extensions = await extensionsIn(root, folders);
  // Some of them need libraries that the program itself does not.
  const sources = extensions.flatMap((one) => (one.kind === "file" ? [one.source] : []));
  return [
    await file("/usr/sbin/xtables-nft-multi", program),
    ...["iptables", "ip6tables"].flatMap((family) =>
      ["", "-save", "-restore"].map((suffix) =>
        link(`/usr/sbin/${family}${suffix}`, "xtables-nft-multi"),
      ),
    ),
    ...(await libraries([program, ...sources], { root, folders })),
    ...extensions,
  ];
};

const applets = ["sh", "cat", "ip", "mv", "sleep"];

const podNetwork = async (repo: string, paths: Paths): Promise<Entry[]> => [
  await file(`${bin}/pod-network`, join(repo, "cluster/kind/pod-network.sh")),
  await file("/bin/busybox", join(unpackedRoot(paths, "busybox"), "bin/busybox")),
  ...applets.map((name) => link(`/bin/${name}`, "busybox")),
];

export const podsImage = async ({ repo }: Settings, paths: Paths): Promise<ImageList> => ({
  name: "flashcard-otel/kind-pods",
  layers: [
    [...skeleton, ...(await kubernetes(paths, [...daemons, "kubectl"]))],
    [await file(`${bin}/etcd`, join(pathOf(paths, "etcd"), "bin/etcd"))],
    [...(await iptables(paths)), ...(await podNetwork(repo, paths))],
  ],
  config: { Env: [`PATH=${bin}:/usr/sbin:/usr/bin:/bin`] },
});
