/**
 * Two migrations whose trials want one node, on a real API server: what a scheduler, a kubelet and a load would do is done by the
 * stand-in of the crash plans.
 */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { pino } from "pino";
import { number, rehearse, textOf } from "@flashcard-otel/verdict/rehearsal.ts";
import type { Manifest } from "../cluster/cluster.ts";
import { live, NODE } from "../crash/life.ts";
import { settings } from "../crash/operator.ts";
import { reconcile } from "../migration/reconcile.ts";
import { component, status } from "../migration/scenes.ts";
import {
  type ComponentStatus,
  GROUP,
  KIND,
  type Phase,
  type Stage,
  statusSchema,
  VERSION,
} from "../migration/schema.ts";
import { openRig, type Rig } from "../rig.ts";
import { userTemplateHash } from "../rollout/template.ts";
import { holderIn, leaseOn, nodeLeases } from "./node.ts";

const HOME = settings.namespace;
const ATTEMPT = "a1b2c3d4e5";
const NAME = "pipeline";
const PLACE = { apiVersion: `${GROUP}/${VERSION}`, kind: KIND, name: NAME };

let rig: Rig;
/** Two namespaces of their own for each test. */
let one: string;
let other: string;
let tests = 0;
let now: Date;
/** Namespaces whose load has written its evidence. */
let measured: Set<string>;

beforeAll(async () => {
  rig = await openRig();
  await makeNamespace(HOME);
}, 240_000);

afterAll(() => rig.stop());

beforeEach(async () => {
  tests += 1;
  [one, other] = [`one-${tests}`, `other-${tests}`];
  now = new Date();
  measured = new Set();
  for (const lease of await leases()) await remove(lease);
  await install(one);
  await install(other);
});

const makeNamespace = (name: string): Promise<Manifest> =>
  rig.kubectl.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });

const deploymentIn = (namespace: string): Manifest => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "api", namespace },
  spec: {
    selector: { matchLabels: { app: "api" } },
    template: {
      metadata: { labels: { app: "api" } },
      spec: {
        containers: [
          {
            name: "app",
            image: "app:1",
            ports: [{ containerPort: 8080 }],
            readinessProbe: { httpGet: { path: "/readyz", port: 8080 } },
          },
        ],
      },
    },
  },
});

const resourceIn = (namespace: string): Manifest => ({
  apiVersion: `${GROUP}/${VERSION}`,
  kind: KIND,
  metadata: { name: NAME, namespace, finalizers: [`${GROUP}/restore`] },
  spec: {
    target: "Instrumented",
    components: [
      {
        name: "api",
        target: { name: "api" },
        profile: "Lean",
        rollout: { acceptNotGuarded: true },
        trial: { sideEffects: "None", items: { configMap: "items" } },
      },
    ],
  },
});

/** A component that is about to be measured. */
const install = async (namespace: string): Promise<void> => {
  await makeNamespace(namespace);
  const deployment = await rig.kubectl.create(deploymentIn(namespace));
  const made = await rig.kubectl.create(resourceIn(namespace));
  const trial = component({
    stage: "Trial",
    profile: "Lean",
    attempt: ATTEMPT,
    attempts: 1,
    since: now.toISOString(),
    templateHash: userTemplateHash(deployment),
  });
  await rig.cluster.replaceStatus({
    ...made,
    status: status({ phase: "Alongside", components: [trial] }),
  });
};

/** There is no kubelet to give it. */
const logs = async ({ namespace, container }: { namespace: string; container: string }) =>
  container === "k6" && measured.has(namespace) ? textOf(number(rehearse(), ATTEMPT)) : "";

const reconciled = (namespace: string) =>
  reconcile(
    { namespace, name: NAME },
    {
      cluster: { ...rig.cluster, logs },
      settings,
      sources: { agent: "// agent", trial: "// trial", pulse: "// pulse" },
      now: () => now,
      fetch: async () => new Response("{}", { status: 503 }),
      digest: (text) => createHash("sha256").update(text).digest("hex").slice(0, 16),
      log: pino({ level: "silent" }),
    },
  );

const happen = (namespace: string): Promise<void> =>
  live({ cluster: rig.kubectl, wire: rig.wire, namespace, now, crashing: [] });

/** Looks of the operator, each followed by what the cluster makes of it. */
const look = async (namespace: string, times = 1): Promise<void> => {
  for (let nth = 0; nth < times; nth += 1) {
    await reconciled(namespace);
    await happen(namespace);
  }
};

const known = async (namespace: string): Promise<ComponentStatus | undefined> => {
  const object = await rig.cluster.read({ ...PLACE, namespace });
  return object && statusSchema.parse(object.status).components[0];
};

const leases = (): Promise<Manifest[]> => rig.cluster.list(nodeLeases(HOME));

/** Namespace of the trial that has the node. */
const holder = async (): Promise<string | undefined> => {
  const lease = leaseOn(NODE, await leases());
  return lease && holderIn(lease).namespace;
};

const remove = ({ apiVersion, kind, metadata }: Manifest): Promise<void> =>
  rig.cluster.remove({
    apiVersion,
    kind,
    namespace: metadata.namespace ?? "",
    name: metadata.name,
  });

/** What runs for a trial. */
const running = async (namespace: string): Promise<string[]> => {
  const labels = "app.kubernetes.io/component=trial";
  const [pods, jobs] = await Promise.all([
    rig.cluster.list({ apiVersion: "v1", kind: "Pod", namespace, labels }),
    rig.cluster.list({ apiVersion: "batch/v1", kind: "Job", namespace, labels }),
  ]);
  const role = ({ metadata }: Manifest): string =>
    metadata.labels?.["flashcard-otel.dev/role"] ?? "";
  return [...pods.map(role), ...jobs.map((job) => `${role(job)} job`)].toSorted();
};

const MEASURING = ["injected", "load", "load job", "plain"];

describe("two trials that want one node", () => {
  test("one measures; the other has nothing on it, loses no time, and goes on by itself", async () => {
    await look(one, 3);
    expect(await running(one)).toEqual(MEASURING);
    await look(other, 2);
    expect(await running(other)).toEqual([]);
    expect(await known(other)).toMatchObject({
      stage: "Trial",
      reason: "NodeBusy",
      node: NODE,
      message: `waits for node ${NODE}: the trial of api of ${one}/${NAME} measures there`,
    });

    // Longer than any trial may take, but not longer than the Lease.
    now = new Date(now.getTime() + 45 * 60_000);
    await look(other);
    expect(await known(other)).toMatchObject({ reason: "NodeBusy", verdicts: [] });

    measured.add(one);
    await look(one);
    expect(await known(one)).toMatchObject({ stage: "RollingOut", verdict: { verdict: "Passed" } });
    expect(await holder()).toBeUndefined();

    await look(other, 2);
    expect(await holder()).toBe(other);
    expect(await running(other)).toEqual(MEASURING);
    expect((await known(other))?.since).toBe(now.toISOString());
    measured.add(other);
    await look(other);
    expect(await known(other)).toMatchObject({ verdict: { verdict: "Passed" }, attempt: "" });
    expect(await leases()).toEqual([]);
  }, 60_000);

  test("of two that ask at the same moment one gets it", async () => {
    await Promise.all([look(one), look(other)]);
    const looks = await Promise.allSettled([reconciled(one), reconciled(other)]);
    expect(looks.filter(({ status: how }) => how === "rejected").length).toBeLessThanOrEqual(1);
    expect(await leases()).toHaveLength(1);
    const [winner, loser] = (await holder()) === one ? [one, other] : [other, one];
    await look(loser);
    await look(winner);
    expect(await known(loser)).toMatchObject({ reason: "NodeBusy" });
    expect([await running(loser), await running(winner)]).toEqual([[], MEASURING]);
  }, 60_000);

  test.each<[string, () => Promise<unknown>]>([
    ["was taken away without its finalizer", () => vanish(one)],
    ["ended its attempt in a look that was cut short", () => endUnseen(one)],
    ["held the node for longer than twins can live", async () => (now = later(24 * 60))],
  ])(
    "a node is taken over from a trial that %s",
    async (_what, leave) => {
      await look(one, 3);
      await look(other, 2);
      expect(await holder()).toBe(one);
      await leave();
      await look(other);
      expect(await holder()).toBe(other);
      expect(await running(other)).toEqual(["injected", "plain"]);
    },
    60_000,
  );

  test("a resource goes only after what a look that was cut short had left", async () => {
    await look(one, 3);
    await endUnseen(one, { phase: "Legacy", stage: "Waiting" });
    await remove(resourceIn(one));
    await look(one);
    expect(await known(one)).toBeUndefined();
    expect(await leases()).toEqual([]);
  }, 60_000);

  test("a resource that is deleted in its trial gives the node back before it goes", async () => {
    await look(one, 3);
    await remove(resourceIn(one));
    await look(one, 6);
    expect(await known(one)).toBeUndefined();
    expect(await leases()).toEqual([]);
  }, 60_000);
});

const later = (minutes: number): Date => new Date(now.getTime() + minutes * 60_000);

const vanish = async (namespace: string): Promise<void> => {
  const place = { ...PLACE, namespace };
  await rig.kubectl.merge(place, { metadata: { finalizers: [] } });
  await rig.kubectl.remove(place);
};

/** The status has been written, and nothing of what follows from it. */
const endUnseen = async (
  namespace: string,
  { phase, stage }: { phase: Phase; stage: Stage } = { phase: "Alongside", stage: "Held" },
): Promise<void> => {
  const present = await rig.cluster.read({ ...PLACE, namespace });
  if (!present) throw new Error(`${namespace}/${NAME} is gone`);
  const components = [component({ stage, attempt: "" })];
  await rig.cluster.replaceStatus({ ...present, status: status({ phase, components }) });
};
