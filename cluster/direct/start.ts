import { join } from "node:path";
import { pathOf, type Paths } from "../artefacts/ensure.ts";
import type { BuiltImage } from "../images/store.ts";
import { conditionTrue, kubeGet } from "../kubeapi.ts";
import { run } from "../run.ts";
import type { Settings } from "../settings.ts";
import { waitFor } from "../wait.ts";
import { makeCgroups } from "./cgroups.ts";
import { daemons } from "./daemons.ts";
import { importImages } from "./import.ts";
import { names, type Layout } from "./layout.ts";
import {
  connect,
  routeOutward,
  runInside,
  startInside,
  startNode,
  type Daemon,
  type Node,
} from "./node.ts";
import {
  makeCertificates,
  makeFolders,
  nodeEnvironment,
  writeBootstrap,
  writeConfiguration,
} from "./prepare.ts";

export interface Parts {
  paths: Paths;
  pause: BuiltImage;
  coredns: BuiltImage;
}

const logHint = (layout: Layout) => () => `\n  logs: ${layout.logs}`;

const startAll = async (node: Node, wave: readonly Daemon[]): Promise<void> => {
  await Promise.all(wave.map((daemon) => startInside(node, daemon)));
};

const apiReady = (layout: Layout): Promise<void> =>
  waitFor(
    "the API server",
    async () => (await kubeGet(layout.kubeconfig, "/readyz")).status === 200,
    {
      seconds: 90,
      hint: logHint(layout),
    },
  );

const bootstrap = async (layout: Layout, kubectl: string, file: string): Promise<void> => {
  const args = ["--kubeconfig", layout.kubeconfig, "apply", "-f", file, "--validate=false"];
  // The namespace kube-system appears a moment after the API says it is ready.
  const apply = async (): Promise<boolean> =>
    (await run(kubectl, args, { seconds: 30 })).length > 0;
  await waitFor("the cluster's own objects to be accepted", apply, {
    seconds: 60,
    hint: logHint(layout),
  });
};

const runtimeReady = async (
  layout: Layout,
  node: Node,
  images: readonly BuiltImage[],
): Promise<void> => {
  const probe = async (): Promise<boolean> =>
    (await runInside(node, ["ctr", "version"], { seconds: 10 })).length > 0;
  await waitFor("containerd", probe, { seconds: 60, hint: logHint(layout) });
  await importImages(node, images);
};

const nodeReady = async (layout: Layout): Promise<void> => {
  const node = `/api/v1/nodes/${names.node}`;
  await waitFor("the node to be Ready", () => conditionTrue(layout.kubeconfig, node, "Ready"), {
    seconds: 120,
    hint: logHint(layout),
  });
};

export const dnsReady = async (layout: Layout): Promise<void> => {
  const dns = "/apis/apps/v1/namespaces/kube-system/deployments/coredns";
  await waitFor(
    "CoreDNS to be Available",
    () => conditionTrue(layout.kubeconfig, dns, "Available"),
    {
      seconds: 120,
      everyMs: 200,
      hint: () => `\n  npm run cluster -- kubectl -n kube-system get pods; logs: ${layout.logs}`,
    },
  );
};

const programs = { built: ["kubernetes", "etcd", "volumes"], unpacked: ["runtime"] } as const;

/** From an empty folder to a node that is Ready. */
export const start = async (settings: Settings, layout: Layout, parts: Parts): Promise<Node> => {
  const { paths, pause, coredns } = parts;
  await makeFolders(layout);
  await makeCgroups();
  const env = await nodeEnvironment(paths, programs);
  const [pid] = await Promise.all([startNode(settings, layout), makeCertificates(layout, paths)]);
  const node = { pid, env };
  await writeConfiguration(layout, paths, pause.ref);
  await connect(node);
  await routeOutward(node);
  await startAll(node, daemons.first);
  const images = runtimeReady(layout, node, [pause, coredns]);
  const control = async (): Promise<void> => {
    await apiReady(layout);
    await startAll(node, daemons.control);
    const kubectl = join(pathOf(paths, "kubernetes"), "bin/kubectl");
    await bootstrap(layout, kubectl, await writeBootstrap(settings, layout, coredns.ref));
  };
  await Promise.all([images, control()]);
  await startAll(node, daemons.node);
  await nodeReady(layout);
  return node;
};
