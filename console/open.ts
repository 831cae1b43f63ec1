/** Kubeconfig in, running console out. */
// The package's entry loads every API there is, and the bundle of the command line leaves them out.
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import type { Cluster } from "../operator/cluster/cluster.ts";
import { kubernetesCluster } from "../operator/cluster/kubernetes.ts";
import { pathsOf } from "../operator/cluster/paths.ts";
import { watcher } from "../operator/cluster/watch.ts";
import { openWire } from "../operator/cluster/wire.ts";
import type { Options } from "./options.ts";
import { live } from "./server/live.ts";
import { openPage } from "./server/page.ts";
import { proxyFetch } from "./server/proxy.ts";
import { may } from "./server/rights.ts";
import { type Console, serve } from "./server/serve.ts";

/** Field manager of what the buttons write. */
const MANAGER = "flashcard-otel-console";

const configOf = ({ kubeconfig, context }: Options): KubeConfig => {
  const config = new KubeConfig();
  if (kubeconfig) config.loadFromFile(kubeconfig);
  else config.loadFromDefault();
  const names = config.getContexts().map(({ name }) => name);
  if (context && !names.includes(context))
    throw new Error(`there is no context ${context}; there are ${names.join(", ") || "none"}`);
  if (context) config.setCurrentContext(context);
  return config;
};

/** All namespaces where the user may list them all, else the one of the context. */
const namespaceOf = async (config: KubeConfig, cluster: Cluster): Promise<string> => {
  if (await may(cluster, { verb: "list", namespace: "" })) return "";
  return config.getContextObject(config.getCurrentContext())?.namespace ?? "default";
};

/** `through`: what the console shall see instead of the cluster as it is. */
export const openConsole = async (
  options: Options,
  through = (cluster: Cluster): Cluster => cluster,
): Promise<Console> => {
  const config = configOf(options);
  const wire = openWire(config);
  const cluster = through(kubernetesCluster(wire, MANAGER));
  const namespace = options.namespace ?? (await namespaceOf(config, cluster));
  const page = await openPage();
  const resources = live(watcher(wire, pathsOf(wire)), {
    context: config.getCurrentContext(),
    namespace,
  });
  const doors = { cluster, fetch: proxyFetch(wire), now: () => new Date() };
  const served = await serve({ port: options.port, page, live: resources, doors }).catch(
    async (error: unknown) => {
      // A watch that nobody stops keeps the program from ending.
      await resources.stop();
      throw error;
    },
  );
  return {
    ...served,
    stop: async () => {
      await Promise.all([served.stop(), resources.stop()]);
    },
  };
};
