/** Many resources, each with a namespace and a workload of its own, and the operator as a process among them. */
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../e2e/kit/wait.ts";
import type { Cluster, Manifest } from "../cluster/cluster.ts";
import { live } from "../crash/life.ts";
import { GROUP, KIND, type Phase, type Status, VERSION } from "../migration/schema.ts";
import type { Rig } from "../rig.ts";
import type { Line } from "./line.ts";
import type { Subject } from "./subject.ts";
import { toldBetween } from "./telling.ts";

export interface Crowd {
  resources: number;
  /** Until all of them were at rest, from the moment at which the last one was there. */
  settleSeconds: number;
  /** After a full collection, in bytes. */
  rss: number;
  heap: number;
  /** At rest, over so many seconds. */
  seconds: number;
  looks: number;
  /** Of a look, in milliseconds. */
  p50: number;
  p99: number;
  calls: number;
  /** On the wire, both directions. */
  bytes: number;
  /** Of the operator's process. */
  cpuSeconds: number;
}

export interface CrowdOptions {
  subject: Subject;
  line: Line;
  rig: Rig;
  restSeconds: number;
}

export const kind = { apiVersion: `${GROUP}/${VERSION}`, kind: KIND };

export interface Place {
  namespace: string;
  name: string;
}

export const placeOf = (nth: number): Place => ({ namespace: `team-${nth}`, name: "pipeline" });

export const resource = (metadata: Place, target: Phase): Manifest => ({
  ...kind,
  metadata,
  spec: { target, components: [{ name: "api", target: { name: "api" } }] },
});

const workload = (namespace: string): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "api", namespace },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "api" } },
    template: {
      metadata: { labels: { app: "api" } },
      spec: { containers: [{ name: "app", image: "app:1", ports: [{ containerPort: 8080 }] }] },
    },
  },
});

const settle = async ({ kubectl: user, wire }: Rig, nth: number): Promise<void> => {
  const { namespace, name } = placeOf(nth);
  await user.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await user.create(workload(namespace));
  await live({ cluster: user, wire, namespace, now: new Date(), crashing: [] });
  await user.create(resource({ namespace, name }, REST));
  await until({ what: `${namespace} at ${REST}`, seconds: 60, everyMs: 50 }, () =>
    arrive(user, nth),
  );
};

/** With its backends made and nothing instrumented. */
const REST: Phase = "Alongside";

/** Without nodes no migration gets anywhere: that it has arrived is written down by hand. The operator may be quicker with a line of its own. */
const arrive = async (user: Cluster, nth: number): Promise<boolean> => {
  const found = await user.read({ ...kind, ...placeOf(nth) });
  if (!found) return false;
  await user.replaceStatus({ ...found, status: { ...(found.status as object), phase: REST } });
  return true;
};

/** How many are settled at a time. */
const HANDS = 8;

const invite = async (rig: Rig, from: number, to: number): Promise<void> => {
  let next = from;
  const hand = async (): Promise<void> => {
    while (next < to) await settle(rig, next++);
  };
  await Promise.all(Array.from({ length: HANDS }, hand));
};

const allAtRest = async (user: Cluster, resources: number): Promise<boolean> => {
  const all = await user.list({ ...kind, namespace: "" });
  const resting = all.filter(
    ({ status }) => (status as Partial<Status> | undefined)?.next?.reason === "Settled",
  );
  return resting.length === resources;
};

/** Makes them as many as asked, waits until all are at rest, and watches the operator for a while. */
export const gather = async (
  { subject, line, rig, restSeconds }: CrowdOptions,
  { from, to }: { from: number; to: number },
): Promise<Crowd> => {
  await invite(rig, from, to);
  const began = performance.now();
  await until({ what: `rest of ${to} resources`, seconds: 600, everyMs: 500 }, () =>
    allAtRest(rig.cluster, to),
  );
  const settleSeconds = (performance.now() - began) / 1000;
  // What the last ones' first looks have led to is over when the next one is due.
  await sleep(restSeconds * 1000);
  const before = { told: await subject.metrics(), bytes: line.bytes(), ...(await subject.usage()) };
  await sleep(restSeconds * 1000);
  const after = { told: await subject.metrics(), bytes: line.bytes(), ...(await subject.usage()) };
  const told = toldBetween(before.told, after.told);
  return {
    resources: to,
    settleSeconds,
    rss: after.rss,
    heap: after.heap,
    seconds: restSeconds,
    looks: told.looks,
    p50: told.lookSeconds(0.5) * 1000,
    p99: told.lookSeconds(0.99) * 1000,
    calls: told.calls,
    bytes: after.bytes - before.bytes,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
  };
};
