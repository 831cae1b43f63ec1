import { existsSync } from "node:fs";
import {
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  statfs,
  symlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { folderName } from "../artefacts/cache.ts";
import type { ArtefactName } from "../artefacts/catalogue.ts";
import { pathOf, type Paths } from "../artefacts/ensure.ts";
import { run } from "../run.ts";
import type { Settings } from "../settings.ts";
import {
  cniConfig,
  containerdConfig,
  kubeadmConfig,
  kubeletConfig,
  resolvConfig,
} from "./files.ts";
import { inside, nodeFolders, type Layout } from "./layout.ts";

const overlayMagic = 0x79_4c_76_30;
const capSysResource = 1n << 24n;

/** May this process lower oom scores? Some containers and small virtual machines may not. */
export const mayLowerOomScore = (status: string): boolean => {
  const bound = /^CapBnd:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? "0";
  return (BigInt(`0x${bound}`) & capSysResource) !== 0n;
};

export const makeFolders = async (layout: Layout): Promise<void> => {
  await rm(layout.node, { recursive: true, force: true });
  for (const name of nodeFolders) await mkdir(join(layout.node, name), { recursive: true });
};

/** Certificates and kubeconfigs, by kubeadm; it needs nothing but a folder. */
export const makeCertificates = async (layout: Layout, paths: Paths): Promise<void> => {
  const config = join(layout.root, "kubeadm.yaml");
  await writeFile(config, kubeadmConfig(join(layout.node, "pki")));
  const kubeadm = join(pathOf(paths, "kubernetes"), "bin/kubeadm");
  await run(kubeadm, ["init", "phase", "certs", "all", "--config", config]);
  const folder = join(layout.node, "conf");
  await run(kubeadm, [
    "init",
    "phase",
    "kubeconfig",
    "all",
    "--config",
    config,
    "--kubeconfig-dir",
    folder,
  ]);
  await copyFile(join(folder, "super-admin.conf"), `${layout.kubeconfig}.new`);
  await rename(`${layout.kubeconfig}.new`, layout.kubeconfig);
};

const cachePath = (paths: Paths, name: ArtefactName): string =>
  `${inside.cache}/${folderName(pathOf(paths, name))}`;

const libraryFolders = async (root: string): Promise<string[]> => {
  const found: string[] = [];
  for (const base of ["usr/lib", "lib"]) {
    const names = await readdir(join(root, base)).catch(() => []);
    found.push(
      ...names.filter((name) => name.endsWith("-linux-gnu")).map((name) => `${base}/${name}`),
    );
  }
  return found;
};

interface Programs {
  /** Artefacts whose programs lie in `bin`. */
  built: readonly ArtefactName[];
  /** Unpacked packages. */
  unpacked: readonly ArtefactName[];
}

const systemFolders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

const unpackedLibraries = async (paths: Paths, name: ArtefactName): Promise<string[]> =>
  (await libraryFolders(join(pathOf(paths, name), "root"))).map(
    (folder) => `${cachePath(paths, name)}/root/${folder}`,
  );

/** The environment of everything in the node: programs and libraries out of the cache. */
export const nodeEnvironment = async (
  paths: Paths,
  { built, unpacked }: Programs,
): Promise<{ [name: string]: string }> => {
  const own = built.map((name) => `${cachePath(paths, name)}/bin`);
  const packages = unpacked.flatMap((name) =>
    ["usr/bin", "usr/sbin", "sbin"].map((folder) => `${cachePath(paths, name)}/root/${folder}`),
  );
  const libraries = await Promise.all(unpacked.map((name) => unpackedLibraries(paths, name)));
  const runtime = join(pathOf(paths, "runtime"), "root");
  const xtables = (await libraryFolders(runtime)).find((folder) =>
    existsSync(join(runtime, folder, "xtables")),
  );
  return {
    PATH: [`${inside.state}/bin`, ...own, ...packages, ...systemFolders].join(":"),
    LD_LIBRARY_PATH: libraries.flat().join(":"),
    XTABLES_LIBDIR: `${cachePath(paths, "runtime")}/root/${xtables}/xtables`,
    HOME: "/tmp",
    LANG: "C.UTF-8",
  };
};

/** Debian links these names when the package is installed; unpacked, only the many-named program is there. */
export const linkIptables = async (layout: Layout, paths: Paths): Promise<void> => {
  const target = `${cachePath(paths, "runtime")}/root/usr/sbin/xtables-nft-multi`;
  for (const family of ["iptables", "ip6tables"]) {
    for (const suffix of ["", "-save", "-restore"])
      await symlink(target, join(layout.node, "bin", family + suffix));
  }
};

export const writeConfiguration = async (
  layout: Layout,
  paths: Paths,
  pause: string,
): Promise<void> => {
  const conf = join(layout.node, "conf");
  const overlay = (await statfs(layout.node)).type === overlayMagic;
  const options = {
    pause: `docker.io/${pause}`,
    cniPlugins: `${cachePath(paths, "runtime")}/root/usr/lib/cni`,
    snapshotter: overlay ? ("native" as const) : ("overlayfs" as const),
    mayLowerOomScore: mayLowerOomScore(await readFile("/proc/self/status", "utf8")),
  };
  await writeFile(join(conf, "containerd.toml"), containerdConfig(options));
  await writeFile(join(conf, "kubelet.yaml"), kubeletConfig);
  await writeFile(join(conf, "resolv.conf"), resolvConfig);
  await writeFile(join(layout.node, "cni/10-bridge.conflist"), cniConfig);
  await linkIptables(layout, paths);
};

/** The manifests of the cluster itself, with its own image names. */
export const writeBootstrap = async (
  settings: Settings,
  layout: Layout,
  coredns: string,
): Promise<string> => {
  const text = await readFile(join(settings.repo, "cluster/direct/bootstrap.yaml"), "utf8");
  const file = join(layout.root, "bootstrap.yaml");
  await writeFile(file, text.replace("image: IMAGE", `image: docker.io/${coredns}`));
  return file;
};
