/** Where plans are played: a real API server, the operator behind a proxy, a stand-in for the rest of a cluster, a clock of its own. */
import { createHash } from "node:crypto";
import { KubeConfig } from "@kubernetes/client-node";
import { pino } from "pino";
import type { Cluster, Manifest } from "../cluster/cluster.ts";
import { kubernetesCluster } from "../cluster/kubernetes.ts";
import { openWire } from "../cluster/wire.ts";
import type { Dependencies } from "../migration/observe.ts";
import { reconcile } from "../migration/reconcile.ts";
import { GROUP, KIND, VERSION } from "../migration/schema.ts";
import { openRig, type Rig } from "../rig.ts";
import { settingsFrom } from "../settings.ts";
import { etcdAt, type Snapshot } from "./etcd.ts";
import { type Fault, type Lives, livesOf, type Played } from "./lives.ts";
import { live } from "./life.ts";
import { logs, outside } from "./outside.ts";
import { startProxy, type Treatment } from "./proxy.ts";
import { openWebhook } from "./webhook.ts";

export const NAMESPACE = "shop";
export const NAME = "pipeline";
/** Of the operator. */
export const HOME = "flashcard-otel";
const resource = {
  apiVersion: `${GROUP}/${VERSION}`,
  kind: KIND,
  namespace: NAMESPACE,
  name: NAME,
};

/** How far the clock goes from one look to the next: what waits for time shall not take many looks. */
const STEP_MS = 10_000;
/** Later than the API server's own clock will ever be, so that no age depends on how long all this takes. */
const AHEAD_MS = 86_400_000;

export interface Moment {
  snapshot: Snapshot;
  now: number;
}

export interface Conditions {
  /** Workloads whose injected pods crash. */
  crashing: readonly string[];
  fault?: Fault;
  /** Lists are answered as in the look before. */
  stale?: boolean;
}

export interface Stage {
  rig: Rig;
  /** As an administrator, past the proxy. */
  cluster: Cluster;
  /** As the owner of workloads and resource. */
  user: Cluster;
  take: () => Promise<Moment>;
  restore: (moment: Moment) => Promise<void>;
  resource: () => Promise<Manifest | undefined>;
  /** One look of the operator, and what the cluster makes of it. */
  look: (conditions: Conditions) => Promise<Played>;
  stop: () => Promise<void>;
}

const settings = settingsFrom({
  OPERATOR_IMAGE: "operator:1",
  COLLECTOR_IMAGE: "collector:1",
  JAEGER_IMAGE: "jaeger:1",
  PROMETHEUS_IMAGE: "prometheus:1",
  K6_IMAGE: "k6:1",
  POD_NAMESPACE: HOME,
  POD_NAME: "operator-0",
  WEBHOOK_SERVICE: "webhook",
  WEBHOOK_CONFIGURATION: "flashcard-otel",
  WEBHOOK_SECRET: "certificate",
});

const configOf = (file: string): KubeConfig => {
  const config = new KubeConfig();
  config.loadFromFile(file);
  return config;
};

/** Shorter than in production: a plan whose answer never comes waits as long. */
const DEADLINE_MS = 1500;

const openDoor = (config: KubeConfig): Cluster =>
  kubernetesCluster(openWire(config, { deadlineMs: DEADLINE_MS }));

const dependencies = (cluster: Cluster, admin: Cluster, now: () => Date): Dependencies => ({
  cluster,
  settings,
  sources: { agent: "// agent", trial: "// trial", pulse: "// pulse" },
  now,
  fetch: outside(admin, NAMESPACE),
  digest: (text) => createHash("sha256").update(text).digest("hex").slice(0, 16),
  log: pino({ level: "silent" }),
});

const noticed = (
  answer: Treatment | undefined,
  onLog: StageOptions["onLog"],
): Treatment | undefined => {
  if (answer) onLog?.();
  return answer;
};

export interface StageOptions {
  /** Further flags of the API server. */
  flags?: readonly string[];
  /** With whose rights the operator works; an administrator's when absent. */
  as?: string;
  /** What it asks of kubelets, which are not there. */
  onLog?: () => void;
}

export const openStage = async ({ flags = [], as, onLog }: StageOptions = {}): Promise<Stage> => {
  // Without its cache a list is never behind a write, so it never has to wait for the cache to catch up.
  const rig = await openRig({ flags: ["--watch-cache=false", ...flags] });
  const { cluster, kubectl, wire } = rig;
  for (const name of [NAMESPACE, HOME])
    await kubectl.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  const closeWebhook = await openWebhook(kubectl, settings);
  const etcd = etcdAt(rig.etcd);
  let now = Date.now() + AHEAD_MS;
  let uid = "";
  const lives: Lives = livesOf((passing) => noticed(logs(passing, uid), onLog));
  const proxy = await startProxy(configOf(rig.kubeconfig), lives.treat);
  const find = () => cluster.read(resource);
  const doors = new Map<string, Cluster>();
  const doorOf = (life: string): Cluster => {
    const door = doors.get(life) ?? openDoor(proxy.configFor(life, as));
    doors.set(life, door);
    return door;
  };
  const work = (life: string) =>
    reconcile(
      resource,
      dependencies(doorOf(life), cluster, () => new Date(now)),
    );
  return {
    rig,
    cluster,
    user: kubectl,
    resource: find,
    take: async () => ({ snapshot: await etcd.take([NAMESPACE, HOME]), now }),
    restore: async (moment) => {
      await etcd.restore([NAMESPACE, HOME], moment.snapshot);
      ({ now } = moment);
    },
    look: async ({ crashing, fault, stale = false }) => {
      uid = (await find())?.metadata.uid ?? "";
      const played = await lives.play(work, { fault, stale });
      now += STEP_MS;
      await live({ cluster: kubectl, wire, namespace: NAMESPACE, now: new Date(now), crashing });
      return played;
    },
    stop: async () => {
      await proxy.stop();
      await closeWebhook();
      await rig.stop();
    },
  };
};
