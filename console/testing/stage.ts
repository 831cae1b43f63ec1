/** A real API server with the scene in it, a console in front of it, and a browser: for tests, pictures and the bench. */
import type { Browser } from "playwright-core";
import type { Cluster, Manifest } from "../../operator/cluster/cluster.ts";
import { pathsOf } from "../../operator/cluster/paths.ts";
import { watcher } from "../../operator/cluster/watch.ts";
import { GROUP, KIND, VERSION } from "../../operator/migration/schema.ts";
import { openRig, type Rig } from "../../operator/rig.ts";
import { live } from "../server/live.ts";
import { openPage } from "../server/page.ts";
import { type Console, serve } from "../server/serve.ts";
import { backends, dashboards, logs } from "./answers.ts";
import { openBrowser } from "./chromium.ts";
import { NOW } from "./builders.ts";
import { events, migrations, pods, records } from "./scene.ts";
import { type Theme, visit, type Visit } from "./visit.ts";

export interface Stage {
  rig: Rig;
  browser: Browser;
  /** Another console on the same cluster, and a page that has been let in. */
  enter: (options?: { theme?: Theme; cluster?: Cluster }) => Promise<Entered>;
  fill: (resources: Manifest[]) => Promise<void>;
  stop: () => Promise<void>;
}

export interface Entered extends Visit {
  console: Console;
}

const namespaceOf = (name: string): Manifest => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name },
});

const filler =
  ({ kubectl }: Rig) =>
  async (resources: Manifest[]): Promise<void> => {
    const names = new Set(resources.map(({ metadata }) => metadata.namespace ?? ""));
    for (const name of names) await kubectl.apply(namespaceOf(name));
    for (const one of resources) await put(kubectl, one);
  };

const put = async (kubectl: Cluster, { status, ...manifest }: Manifest): Promise<Manifest> => {
  const stored = await kubectl.apply(manifest);
  return status === undefined ? stored : kubectl.replaceStatus({ ...stored, status });
};

const regarding = async ({ kubectl }: Rig, event: Manifest): Promise<Manifest> => {
  const reference = {
    apiVersion: `${GROUP}/${VERSION}`,
    kind: KIND,
    namespace: "shop",
    name: "storefront",
  };
  const found = await kubectl.read(reference);
  return { ...event, regarding: { ...reference, uid: found?.metadata.uid } };
};

export const openStage = async (): Promise<Stage> => {
  const rig = await openRig();
  const fill = filler(rig);
  await fill([...migrations, ...records, ...dashboards, ...pods]);
  await fill(await Promise.all(events.map((event) => regarding(rig, event))));
  const browser = await openBrowser();
  return {
    rig,
    browser,
    fill,
    enter: (options = {}) => enter({ rig, browser }, options),
    stop: async () => {
      await browser.close();
      await rig.stop();
    },
  };
};

const openConsole = async (rig: Rig, cluster: Cluster) => {
  const resources = live(watcher(rig.wire, pathsOf(rig.wire)), {
    context: "demo-cluster",
    namespace: "",
  });
  // Without a kubelet there are no logs; without pods no backends.
  const doors = {
    cluster: {
      ...cluster,
      logs: ({ container }: { container: string }) => Promise.resolve(logs[container]),
    },
    fetch: backends(),
    now: () => NOW,
  };
  const console = await serve({ port: 0, page: await openPage(), live: resources, doors });
  return { console, resources };
};

const enter = async (
  { rig, browser }: Pick<Stage, "rig" | "browser">,
  { theme = "light", cluster = rig.kubectl }: { theme?: Theme; cluster?: Cluster },
): Promise<Entered> => {
  const { console, resources } = await openConsole(rig, cluster);
  const entered = await visit(browser, console.url, theme);
  return {
    ...entered,
    console,
    leave: async () => {
      await entered.leave();
      await Promise.all([console.stop(), resources.stop()]);
    },
  };
};
