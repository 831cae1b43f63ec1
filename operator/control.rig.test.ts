import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { pino } from "pino";
import { until } from "../e2e/kit/wait.ts";
import type { Manifest } from "./cluster/cluster.ts";
import { pathsOf } from "./cluster/paths.ts";
import { watcher } from "./cluster/watch.ts";
import { type Control, startControl } from "./control.ts";
import { openMetrics } from "./metrics.ts";
import { world } from "./migration/scenes.ts";
import { GROUP, KIND, VERSION } from "./migration/schema.ts";
import type { Key } from "./migrations.ts";
import { openRig, type Rig } from "./rig.ts";
import { type Settings, settingsFrom } from "./settings.ts";

let rig: Rig;
const running: Control[] = [];

const namespace = "default";

beforeAll(async () => {
  rig = await openRig();
  await rig.kubectl.apply({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "flashcard-otel" },
  });
}, 120_000);

afterEach(() => Promise.all(running.splice(0).map((one) => one.stop())));
afterAll(() => rig.stop());

const settings = (identity: string, env: Record<string, string> = {}): Settings =>
  settingsFrom({
    OPERATOR_IMAGE: "operator",
    COLLECTOR_IMAGE: "collector",
    JAEGER_IMAGE: "jaeger",
    PROMETHEUS_IMAGE: "prometheus",
    K6_IMAGE: "k6",
    POD_NAMESPACE: "flashcard-otel",
    POD_NAME: identity,
    WEBHOOK_SERVICE: "webhook",
    WEBHOOK_CONFIGURATION: "flashcard-otel",
    WEBHOOK_SECRET: "certificate",
    ...env,
  });

/** A replica that only writes down whom it looks at. */
const replica = (identity: string, env: Record<string, string> = {}) => {
  const looks: string[] = [];
  const reconcile = async ({ name }: Key) => {
    looks.push(name);
    return { requeueSeconds: 600, migration: world().migration };
  };
  const control = startControl({
    settings: settings(identity, env),
    cluster: rig.cluster,
    openWatch: watcher(rig.wire, pathsOf(rig.wire)),
    reconcile,
    metrics: openMetrics(),
    now: () => new Date(),
    log: pino({ level: "silent" }),
    leaseTimes: { leaseMs: 3000, giveUpMs: 2000, everyMs: 100 },
  });
  running.push(control);
  return { control, looks };
};

const resource = (name: string, target = "Alongside"): Manifest => ({
  apiVersion: `${GROUP}/${VERSION}`,
  kind: KIND,
  metadata: { name, namespace },
  spec: { target, components: [{ name: "worker", target: { name: "worker" } }] },
});

const deployment = (name: string, image: string): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, namespace },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: "app", image }] },
    },
  },
});

const settled = (what: string, look: () => boolean) =>
  until({ what, seconds: 10, everyMs: 20 }, async () => look());

test("looks at what is there, at changed specs and changed workloads; another replica goes on when it ends", async () => {
  await rig.kubectl.apply(resource("a"));
  const first = replica("first");
  await settled("the first look", () => first.looks.length === 1);
  expect(first.control.unready()).toBeUndefined();
  const second = replica("second");
  await rig.kubectl.apply(resource("a", "Legacy"));
  await settled("the look at a changed spec", () => first.looks.length === 2);
  await rig.kubectl.apply(deployment("worker", "app:1"));
  await settled("the look at a new workload", () => first.looks.length === 3);
  await rig.kubectl.apply(deployment("stranger", "app:1"));
  await rig.kubectl.apply(deployment("worker", "app:2"));
  await settled("the look at a release", () => first.looks.length === 4);
  expect(second.looks).toEqual([]);
  await first.control.stop();
  await settled("the look of the other replica", () => second.looks.length === 1);
}, 40_000);

test("the leader issues the webhook's certificate", async () => {
  const reference = {
    apiVersion: "v1",
    kind: "Secret",
    namespace: "flashcard-otel",
    name: "certificate",
  };
  await rig.kubectl.remove(reference);
  replica("third");
  await until({ what: "the Secret", seconds: 10, everyMs: 50 }, () => rig.cluster.read(reference));
  const secret = await rig.cluster.read(reference);
  expect(Object.keys(secret?.data ?? {}).toSorted()).toEqual(["ca.crt", "tls.crt", "tls.key"]);
}, 20_000);

test("a certificate that somebody else keeps is left alone", async () => {
  const named = { apiVersion: "v1", kind: "Secret", namespace: "flashcard-otel", name: "given" };
  await rig.kubectl.apply(resource("b"));
  const { control, looks } = replica("of cert-manager", {
    WEBHOOK_CERTIFICATE: "given",
    WEBHOOK_SECRET: named.name,
  });
  await settled("a look", () => looks.length > 0);
  // What it has begun before its first look is waited for.
  await control.stop();
  expect(await rig.cluster.read(named)).toBeUndefined();
}, 20_000);

test("a replica that wins while it is leaving begins nothing", async () => {
  const { control, looks } = replica("fourth");
  await control.stop();
  await sleep(500);
  expect(looks).toEqual([]);
});
