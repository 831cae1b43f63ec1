/** Role controller: wait to lead, keep the webhook's certificate fresh, look at migrations. */
import type { Logger } from "pino";
import type { Cluster } from "./cluster/cluster.ts";
import type { OpenWatch } from "./cluster/watch.ts";
import { type Controller, type ControllerOptions, startController } from "./controller.ts";
import { ensureCertificate } from "./injection/trust.ts";
import { standFor, type Times } from "./leader.ts";
import type { Metrics } from "./metrics.ts";
import { repeat } from "./repeat.ts";
import { type Settings, webhookNames } from "./settings.ts";

export interface Control {
  /** What is wrong with the process, for the kubelet. */
  unhealthy: () => string | undefined;
  unready: () => string | undefined;
  /** Resolves when another replica may lead: the process must end. */
  lost: Promise<void>;
  stop: () => Promise<void>;
}

export interface ControlOptions {
  settings: Settings;
  cluster: Cluster;
  openWatch: OpenWatch;
  reconcile: ControllerOptions["reconcile"];
  metrics: Metrics;
  now: () => Date;
  log: Logger;
  leaseTimes?: Partial<Times>;
}

/** Every call has a deadline, so a look that takes longer than all of them together hangs. */
const LONGEST_LOOK_MS = 5 * 60_000;
const CERTIFICATE_EVERY_MS = 20_000;

export const startControl = (options: ControlOptions): Control => {
  const { settings, cluster, metrics, now, log } = options;
  const { namespace, lease, identity } = settings;
  const leadership = standFor({
    cluster,
    namespace,
    name: lease,
    identity,
    now,
    log: { info: (message) => log.info(message), warn: (message) => log.warn(message) },
    ...(options.leaseTimes ? { times: options.leaseTimes } : {}),
  });
  let controller: Controller | undefined;
  let stopping = false;
  const certificate = repeat({
    everyMs: CERTIFICATE_EVERY_MS,
    what: "keeping the webhook's certificate",
    work: () =>
      leadership.isLeader() && settings.webhook.isOurs ? certify(options) : Promise.resolve(),
    log,
  });
  void leadership.won.then(() => {
    // Won while we were leaving: the lease is about to be handed over.
    if (stopping) return;
    certificate.now();
    controller = begin(options);
  });
  metrics.gauge("leader", () => (leadership.isLeader() ? 1 : 0));
  metrics.gauge("waiting", () => controller?.waiting() ?? 0);
  return {
    unhealthy: () =>
      (controller?.longestRunMs() ?? 0) > LONGEST_LOOK_MS
        ? "a look at a migration hangs"
        : undefined,
    // A replica that waits to lead is ready: it does all that is asked of it.
    unready: () =>
      controller && !controller.synced() ? "migrations are not listed yet" : undefined,
    lost: leadership.lost,
    stop: async () => {
      stopping = true;
      await Promise.all([certificate.stop(), controller?.stop()]);
      await leadership.release();
    },
  };
};

const begin = ({ settings, openWatch, reconcile, metrics, log }: ControlOptions): Controller =>
  startController({
    openWatch,
    namespaces: settings.namespaces,
    reconcile,
    log,
    observe: {
      look: metrics.look,
      migration: metrics.migration,
      watchReplaced: metrics.watchReplaced,
    },
  });

const certify = async ({ settings, cluster, now, log }: ControlOptions): Promise<void> => {
  const { renewed } = await ensureCertificate(cluster, {
    secretName: settings.webhook.secret,
    namespace: settings.namespace,
    configurationName: settings.webhook.configuration,
    dnsNames: webhookNames(settings),
    now: now(),
  });
  if (renewed) log.info("issued a certificate for the webhook");
};
