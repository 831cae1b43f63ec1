/** Starts one role of the operator and ends it in good order. Alone knows the process, its environment and the clock. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { KubeConfig } from "@kubernetes/client-node";
import { type Logger, pino } from "pino";
import { kubernetesCluster } from "./cluster/kubernetes.ts";
import { pathsOf } from "./cluster/paths.ts";
import { watcher } from "./cluster/watch.ts";
import { openWire, type Wire } from "./cluster/wire.ts";
import { startControl } from "./control.ts";
import { serveSite, verdictPage } from "./health.ts";
import { serveWebhook } from "./injection/serve.ts";
import { type Metrics, openMetrics } from "./metrics.ts";
import type { Dependencies } from "./migration/observe.ts";
import { reconcile } from "./migration/reconcile.ts";
import { type Settings, settingsFrom, webhookNames } from "./settings.ts";
import { uninstall } from "./uninstall.ts";

const SERVERS = ["controller", "webhook"] as const;
const ROLES = [...SERVERS, "uninstall"] as const;
type Server = (typeof SERVERS)[number];
type Role = (typeof ROLES)[number];

interface Start {
  settings: Settings;
  metrics: Metrics;
  log: Logger;
}

interface Running {
  unhealthy: () => string | undefined;
  unready: () => string | undefined;
  /** Resolves when the process must end without being asked to. */
  lost: Promise<void>;
  stop: () => Promise<void>;
}

const read = (folder: string, name: string): Promise<string> =>
  readFile(join(folder, name), "utf8");

const sourcesIn = async ({ agentFolder, k6Folder }: Settings): Promise<Dependencies["sources"]> => {
  const [agent, trial, pulse] = await Promise.all([
    read(agentFolder, "agent.cjs"),
    read(k6Folder, "trial.js"),
    read(k6Folder, "pulse.js"),
  ]);
  return { agent, trial, pulse };
};

const wireFor = (metrics: Metrics): Wire => {
  const config = new KubeConfig();
  config.loadFromDefault();
  return openWire(config, { observe: metrics.call });
};

const startController = async ({ settings, metrics, log }: Start): Promise<Running> => {
  const wire = wireFor(metrics);
  const cluster = kubernetesCluster(wire);
  const dependencies: Dependencies = {
    cluster,
    settings,
    sources: await sourcesIn(settings),
    now: () => new Date(),
    fetch: globalThis.fetch,
    digest: (text) => createHash("sha256").update(text).digest("hex").slice(0, 16),
    log,
  };
  return startControl({
    settings,
    cluster,
    openWatch: watcher(wire, pathsOf(wire)),
    reconcile: (key) => reconcile(key, dependencies),
    metrics,
    now: dependencies.now,
    log,
  });
};

const startWebhook = async ({ settings, metrics, log }: Start): Promise<Running> => {
  const { port, certificateFolder } = settings.webhook;
  const [serverName = ""] = webhookNames(settings);
  const webhook = await serveWebhook(
    { port, certificateFolder, serverName, images: { operator: settings.images.operator } },
    {
      count: metrics.admission,
      log: { info: (message) => log.info(message), warn: (message) => log.warn(message) },
    },
  );
  return {
    unhealthy: () => undefined,
    unready: () => (webhook.ready() ? undefined : "no certificate that verifies yet"),
    lost: new Promise(() => undefined),
    stop: () => webhook.close(),
  };
};

const starts: Record<Server, (start: Start) => Promise<Running>> = {
  controller: startController,
  webhook: startWebhook,
};

const roleIn = (args: string[]): Role => {
  const { values } = parseArgs({
    args,
    options: { role: { type: "string", default: "controller" } },
  });
  const role = ROLES.find((one) => one === values.role);
  if (!role) throw new Error(`--role is ${ROLES.join(", ")}, not ${values.role}`);
  return role;
};

const asked = (): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => resolve(signal));
  });

/** Longer than a call to the API server, shorter than the kubelet's patience. */
const GRACE_MS = 20_000;

const endWithin = (log: Logger): void => {
  setTimeout(() => {
    log.error("ending did not end; leaving the rest to the next start");
    process.exit(1);
  }, GRACE_MS).unref();
};

const leave = async ({ settings, metrics, log }: Start): Promise<number> => {
  const { namespaces, uninstallSeconds: seconds } = settings;
  const cluster = kubernetesCluster(wireFor(metrics));
  await uninstall({ cluster, namespaces, seconds, log });
  log.info("every migration has let go");
  return 0;
};

const run = async (role: Server, start: Start): Promise<number> => {
  const { settings, metrics, log } = start;
  const running = await starts[role](start);
  const sites = await Promise.all([
    serveSite(settings.ports.health, {
      "/healthz": () => verdictPage(running.unhealthy()),
      "/readyz": () => verdictPage(running.unready()),
    }),
    serveSite(settings.ports.metrics, {
      "/metrics": async () => ({ status: 200, ...(await metrics.text()) }),
    }),
  ]);
  log.info({ health: sites[0].port, metrics: sites[1].port }, "started");
  const why = await Promise.race([asked(), running.lost.then(() => "lost the lease")]);
  log.info({ why }, "ending");
  endWithin(log);
  await running.stop();
  await Promise.all(sites.map((site) => site.close()));
  return why.startsWith("SIG") ? 0 : 1;
};

const main = async (): Promise<void> => {
  const role = roleIn(process.argv.slice(2));
  const settings = settingsFrom(process.env);
  const log = pino({ level: settings.logLevel, base: { role } });
  const metrics = openMetrics();
  process.on("unhandledRejection", (error) => {
    metrics.unhandled();
    log.error({ err: error }, "a rejection nobody handled");
  });
  const start = { settings, metrics, log };
  process.exit(await (role === "uninstall" ? leave(start) : run(role, start)));
};

main().catch((error: unknown) => {
  pino().fatal({ err: error }, "starting");
  process.exitCode = 1;
});
