/** Where plans are played: a real API server, the operator behind a proxy, a stand-in for the rest of a cluster, a clock of its own. */
import type { Cluster, Manifest } from "../cluster/cluster.ts";
import { GROUP, KIND, VERSION } from "../migration/schema.ts";
import { configOf, openRig, type Rig } from "../rig.ts";
import { etcdAt, type Snapshot } from "./etcd.ts";
import { type Fault, type Lives, livesOf, type Played } from "./lives.ts";
import { live } from "./life.ts";
import { type Operator, operators, type Patience, settings } from "./operator.ts";
import { logs, outside } from "./outside.ts";
import { type Passing, startProxy, type Treatment } from "./proxy.ts";
import type { Watches } from "./watches.ts";
import { openWebhook } from "./webhook.ts";

export const NAMESPACE = "shop";
export const NAME = "pipeline";
/** Of the operator. */
export const HOME = settings.namespace;
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
  crashing?: readonly string[] | undefined;
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
  /** In its present life, for whoever lets it run by itself. */
  operator: () => Operator;
  /** All that its lives have opened. */
  watches: Watches;
  stop: () => Promise<void>;
}

export interface StageOptions {
  /** Further flags of the API server. */
  flags?: readonly string[];
  /** With whose rights the operator works; an administrator's when absent. */
  as?: string;
  /** Sees all that the operator asks and how it is treated, and may treat it otherwise. */
  meter?: (passing: Passing, treatment: Treatment) => Treatment;
}

const createNamespaces = async (user: Cluster): Promise<void> => {
  for (const name of [NAMESPACE, HOME])
    await user.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
};

/** An answer that never comes would be most of a plan's time. */
const patienceWith = (fault: Fault | undefined): Patience =>
  fault?.mode === "timeout" ? "none" : "usual";

export const openStage = async ({
  flags = [],
  as,
  meter = (_passing, treatment) => treatment,
}: StageOptions = {}): Promise<Stage> => {
  // Without its cache a list is never behind a write, so it never has to wait for the cache to catch up.
  const rig = await openRig({ flags: ["--watch-cache=false", ...flags] });
  const { cluster, kubectl, wire } = rig;
  await createNamespaces(kubectl);
  const closeWebhook = await openWebhook(kubectl, settings);
  const etcd = etcdAt(rig.etcd);
  let now = Date.now() + AHEAD_MS;
  let uid = "";
  const lives: Lives = livesOf((passing) => logs(passing, uid));
  const proxy = await startProxy(configOf(rig.kubeconfig), (passing) =>
    meter(passing, lives.treat(passing)),
  );
  const find = () => cluster.read(resource);
  const alive = operators({
    proxy,
    as,
    fetch: outside(cluster, NAMESPACE),
    now: () => new Date(now),
  });
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
    look: async ({ crashing = [], fault, stale = false }) => {
      uid = (await find())?.metadata.uid ?? "";
      const operate = (life: string) => alive(life, patienceWith(fault)).reconcile(resource);
      const played = await lives.play(operate, { fault, stale });
      now += STEP_MS;
      await live({ cluster: kubectl, wire, namespace: NAMESPACE, now: new Date(now), crashing });
      return played;
    },
    operator: () => alive(lives.present()),
    watches: lives.watches,
    stop: async () => {
      await proxy.stop();
      await closeWebhook();
      await rig.stop();
    },
  };
};
