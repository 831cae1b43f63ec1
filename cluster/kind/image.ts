/** A node image for kind out of the artefacts of the cluster: no registry, and no Docker to build it. */
import { join } from "node:path";
import { kubernetesVersion } from "../artefacts/catalogue.ts";
import { ensure, pathOf, type Paths } from "../artefacts/ensure.ts";
import type { Image } from "../images/archive.ts";
import { corednsImage, pauseImage } from "../images/cluster.ts";
import { file, link, text, tree } from "../images/files.ts";
import type { Entry } from "../images/layer.ts";
import { archived, type BuiltImage, builtImage, layerOf } from "../images/store.ts";
import { run, succeeds } from "../run.ts";
import type { Settings } from "../settings.ts";
import { kubernetes, kubernetesNames, podsImage } from "./pods.ts";
import type { Docker } from "./provide.ts";
import { rootLayer } from "./rootfs.ts";

const artefacts = [
  "kubernetes",
  "etcd",
  "coredns",
  "pause",
  "volumes",
  "runtime",
  "busybox",
] as const;

/** Make no sense in a container, or would take what is the machine's. */
const masked = [
  "getty.target",
  "systemd-logind.service",
  "systemd-networkd.service",
  "systemd-resolved.service",
  "systemd-timesyncd.service",
  "systemd-modules-load.service",
  "systemd-remount-fs.service",
  "proc-sys-fs-binfmt_misc.automount",
  "dev-hugepages.mount",
  "sys-fs-fuse-connections.mount",
  "sys-kernel-config.mount",
  "sys-kernel-debug.mount",
  "sys-kernel-tracing.mount",
  "apt-daily.timer",
  "apt-daily-upgrade.timer",
  "dpkg-db-backup.timer",
  "e2scrub_all.timer",
  "e2scrub_reap.service",
  "systemd-tmpfiles-clean.timer",
];

const units = "/etc/systemd/system";

const system: readonly Entry[] = [
  link(`${units}/default.target`, "/lib/systemd/system/multi-user.target"),
  ...masked.map((name) => link(`${units}/${name}`, "/dev/null")),
  link(
    `${units}/multi-user.target.wants/containerd.service`,
    "/lib/systemd/system/containerd.service",
  ),
  ...["kubelet", "volumes"].map((name) =>
    link(`${units}/multi-user.target.wants/${name}.service`, `../${name}.service`),
  ),
];

const programs = async (paths: Paths): Promise<Entry[]> => [
  ...(await kubernetes(paths, kubernetesNames)),
  // kind asks for it there.
  link("/usr/bin/kubelet", "/usr/local/bin/kube"),
  await file("/usr/local/bin/volumes", join(pathOf(paths, "volumes"), "bin/volumes")),
];

interface Preloaded {
  pods: BuiltImage;
  coredns: BuiltImage;
  pause: BuiltImage;
}

/** The image that stands for one of those that kubeadm expects. */
const standIn = (name: string, { pods, coredns, pause }: Preloaded): BuiltImage => {
  if (name.includes("/coredns:")) return coredns;
  return name.includes("/pause:") ? pause : pods;
};

/** One line per name: what was built, and what it is called in the cluster. */
const namesFile = async (paths: Paths, images: Preloaded): Promise<string> => {
  const kubeadm = join(pathOf(paths, "kubernetes"), "bin/kubeadm");
  const list = ["config", "images", "list", "--kubernetes-version", kubernetesVersion];
  const expected = (await run(kubeadm, list)).trim().split("\n");
  const own = ["registry.k8s.io/pause:local", "registry.k8s.io/pod-network:local"];
  return [...expected, ...own]
    .map((name) => `docker.io/${standIn(name, images).ref} ${name}\n`)
    .join("");
};

const preloaded = async (settings: Settings, paths: Paths): Promise<Entry[]> => {
  const images = {
    pods: await builtImage(settings, await podsImage(settings, paths)),
    coredns: await builtImage(settings, await corednsImage(paths)),
    pause: await builtImage(settings, await pauseImage(paths)),
  };
  const archives = Object.entries(images).map(([name, { archive }]) =>
    file(`/kind/images/${name}.tar`, archive),
  );
  return [
    ...(await Promise.all(archives)),
    text("/kind/images/names", await namesFile(paths, images)),
  ];
};

const nodeImage = async (settings: Settings, paths: Paths): Promise<Image> => ({
  name: "flashcard-otel/kind-node",
  layers: [
    await rootLayer(settings),
    await layerOf(settings, await programs(paths)),
    await layerOf(settings, await preloaded(settings, paths)),
    await layerOf(settings, [
      ...system,
      text("/kind/version", kubernetesVersion),
      ...(await tree("/", join(settings.repo, "cluster/kind/node"))),
    ]),
  ],
  config: {
    Entrypoint: ["/usr/local/bin/entrypoint"],
    Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "container=docker"],
    StopSignal: "SIGRTMIN+3",
  },
});

const builtNodeImage = async (settings: Settings): Promise<BuiltImage> => {
  const paths = await ensure(settings, artefacts);
  const image = await archived(settings, await nodeImage(settings, paths));
  settings.say(`  image ${image.ref}, ${Math.round(image.bytes / 1e6)} MB`);
  return image;
};

/** What kind 0.33.0 takes when no image is named. */
const published =
  "kindest/node:v1.37.0@sha256:a1ed56cfb0e7b93589bdf97c8cd566405a265939e3620fc4f5de89adff580ae5";

/** None where kind's own choice can be pulled; else ours, which is then in that Docker. */
export const chosenImage = async (
  settings: Settings,
  { env, own }: Docker,
): Promise<string | undefined> => {
  const pull = ["pull", "--quiet", published];
  if (!own && (await succeeds("docker", pull, { env, seconds: 900 }))) return undefined;
  settings.say("kind: kindest/node cannot be pulled here, so a node image is built");
  const { ref, archive } = await builtNodeImage(settings);
  if (!(await succeeds("docker", ["image", "inspect", ref], { env })))
    await run("docker", ["load", "--quiet", "--input", archive], { env, seconds: 600 });
  return ref;
};
