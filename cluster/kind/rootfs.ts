/** Debian as the lowest layer of a kind node: systemd, containerd and what the kubelet calls, by mmdebstrap. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../artefacts/cache.ts";
import { ensure, pathOf, watched } from "../artefacts/ensure.ts";
import { keyOf } from "../artefacts/key.ts";
import { suiteSources } from "../artefacts/sources.ts";
import type { Layer } from "../images/archive.ts";
import { fileDigest, layerIn } from "../images/store.ts";
import { run } from "../run.ts";
import type { Settings } from "../settings.ts";

/** Its systemd starts under cgroup v1 as well as under v2. */
const suite = "bookworm";

const packages = [
  "systemd",
  "systemd-sysv",
  "dbus",
  "iproute2",
  "iptables",
  "conntrack",
  "ethtool",
  "procps",
  "kmod",
  "mount",
  "containerd",
  "runc",
  "containernetworking-plugins",
];

const unread = ["man", "locale", "doc"].map((name) => `path-exclude=/usr/share/${name}/*`);

const options = [
  "--mode=root",
  "--variant=minbase",
  "--format=tar",
  `--include=${packages.join(",")}`,
  ...unread.map((line) => `--dpkgopt=${line}`),
  // Docker makes the devices.
  "--skip=output/dev",
];

const make = async (settings: Settings, folder: string): Promise<void> => {
  const tools = await ensure({ ...settings, say: () => undefined }, ["mmdebstrap"]);
  const bin = join(pathOf(tools, "mmdebstrap"), "root/usr/bin");
  const file = join(folder, "layer.tar");
  const args = [join(bin, "mmdebstrap"), ...options, suite, file, await suiteSources(suite)];
  const env = { ...settings.env, PATH: `${settings.env["PATH"]}:${bin}` };
  await run("perl", args, { env, seconds: 1800 });
  await writeFile(join(folder, "digest"), await fileDigest(file));
};

export const rootLayer = async (settings: Settings): Promise<Layer> => {
  const key = keyOf({ suite, options: options.join(" "), arch: process.arch });
  const made = await watched(settings, "node root", () =>
    cached(settings.cache, `node-root-${key}`, (folder) => make(settings, folder)),
  );
  return layerIn(made.path);
};
