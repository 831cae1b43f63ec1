import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { clusterArtefacts } from "../artefacts/catalogue.ts";
import { ensure } from "../artefacts/ensure.ts";
import { corednsImage, pauseImage } from "../images/cluster.ts";
import { builtImage } from "../images/store.ts";
import type { LoadableImage, Provider, UpReport } from "../providers/provider.ts";
import type { Settings } from "../settings.ts";
import { Trouble } from "../trouble.ts";
import { importImages } from "./import.ts";
import { kubeletIn } from "./kubelet.ts";
import { layoutIn, type Layout } from "./layout.ts";
import type { Node } from "./node.ts";
import { alone } from "./lock.ts";
import { bootId, liveRecord, startTime, writeRecord } from "./record.ts";
import { dnsReady, start, type Parts } from "./start.ts";
import { leftovers, refuseForeign, removeData, sweep } from "./sweep.ts";
import { status } from "./status.ts";

const parts = async (settings: Settings): Promise<Parts> => {
  const paths = await ensure(settings, clusterArtefacts);
  const pause = await builtImage(settings, await pauseImage(paths));
  const coredns = await builtImage(settings, await corednsImage(paths));
  return { paths, pause, coredns };
};

const record = async (layout: Layout, node: Node, readySeconds: number): Promise<void> => {
  const started = (await startTime(node.pid)) ?? "";
  await writeRecord(layout, {
    pid: node.pid,
    started,
    boot: await bootId(),
    readySeconds,
    env: { ...node.env } as { [name: string]: string },
  });
};

const cleanStale = async (settings: Settings, layout: Layout): Promise<void> => {
  const left = await leftovers();
  if (left.length === 0 && !existsSync(layout.record)) return;
  settings.say(
    `direct: removing what an earlier cluster left (${left.join(", ") || "its record"})`,
  );
  await sweep(layout);
};

const startTimed = async (settings: Settings, layout: Layout, made: Parts): Promise<number> => {
  const begin = performance.now();
  const seconds = (): number => Math.round((performance.now() - begin) / 100) / 10;
  const node = await start(settings, layout, made);
  const ready = seconds();
  await record(layout, node, ready);
  settings.say(`direct: node Ready after ${ready} s`);
  await dnsReady(layout);
  settings.say(`direct: CoreDNS ready after ${seconds()} s`);
  return ready;
};

const up = async (settings: Settings, layout: Layout): Promise<UpReport> => {
  await refuseForeign(layout);
  const live = await liveRecord(layout);
  if (live) {
    settings.say(
      `direct: already up (process ${live.pid}); \`npm run cluster -- down\` removes it`,
    );
    return { provider: "direct", readySeconds: live.readySeconds, already: true };
  }
  await cleanStale(settings, layout);
  const made = await parts(settings);
  try {
    return {
      provider: "direct",
      readySeconds: await startTimed(settings, layout, made),
      already: false,
    };
  } catch (error) {
    await sweep(layout);
    await removeData(layout);
    throw error;
  }
};

const down = async (settings: Settings, layout: Layout): Promise<void> => {
  await refuseForeign(layout);
  const was = await leftovers();
  await sweep(layout);
  await removeData(layout);
  const left = await leftovers();
  if (left.length > 0) throw new Trouble(`down left something behind: ${left.join(", ")}`);
  settings.say(
    was.length > 0
      ? "direct: down; no process, mount, cgroup or interface is left"
      : "direct: nothing was up",
  );
};

const load = async (
  settings: Settings,
  layout: Layout,
  images: readonly LoadableImage[],
): Promise<void> => {
  const live = await liveRecord(layout);
  if (!live)
    throw new Trouble(
      "no cluster is up, so there is nothing to load images into: `npm run cluster -- up` first",
    );
  const imported = await importImages(live, images);
  settings.say(
    `direct: ${imported.length} of ${images.length} images imported, the others were there`,
  );
};

/** A cluster of one node in its own namespaces and cgroups, from programs in the cache. */
export const directProvider = (settings: Settings): Provider => {
  const layout = layoutIn(settings.state);
  const exclusive = async <T>(act: () => Promise<T>): Promise<T> => {
    await mkdir(layout.root, { recursive: true });
    return alone(layout, act);
  };
  return {
    name: "direct",
    up: () => exclusive(() => up(settings, layout)),
    down: () => exclusive(() => down(settings, layout)),
    load: (images) => load(settings, layout, images),
    kubeconfig: () => layout.kubeconfig,
    status: () => status(layout),
    kubelet: kubeletIn(layout),
  };
};
