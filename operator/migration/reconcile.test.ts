import { describe, expect, test } from "@jest/globals";
import { pino } from "pino";
import { ClusterError } from "../cluster/cluster.ts";
import { memoryCluster } from "../cluster/memory.ts";
import { AGENT_ANNOTATION } from "../injection/names.ts";
import { reconcile } from "./reconcile.ts";
import { COMMAND } from "./goal.ts";
import { component, NOW, spec, status } from "./scenes.ts";
import { GROUP, KIND, type Status, VERSION } from "./schema.ts";

const reference = {
  apiVersion: `${GROUP}/${VERSION}`,
  kind: KIND,
  namespace: "shop",
  name: "pipeline",
};

const { apiVersion, kind, namespace, name } = reference;

/** What a look leaves of the finalizers. */
const look = async (cluster: ReturnType<typeof memoryCluster>): Promise<string[] | undefined> => {
  await reconcile(
    { namespace, name },
    {
      cluster,
      settings: { images: {} } as never,
      sources: { agent: "", trial: "", pulse: "" },
      now: () => NOW,
      fetch: globalThis.fetch,
      digest: (text) => text,
      log: pino({ level: "silent" }),
    },
  );
  return (await cluster.read(reference))?.metadata.finalizers;
};

/** One look at a resource that is being deleted and whose spec cannot be read; its finalizers afterwards. */
const deleted = (known: Status): Promise<string[] | undefined> => {
  const cluster = memoryCluster();
  cluster.put({
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      deletionTimestamp: NOW.toISOString(),
      finalizers: [`${GROUP}/restore`, "other/one"],
    },
    spec: { components: "none" },
    status: known,
  });
  return look(cluster);
};

test("a resource that cannot be read lets go when there is nothing to restore", async () => {
  expect(await deleted(status())).toEqual(["other/one"]);
});

test("while a workload still carries the agent it stays, to be restored once its spec can be read", async () => {
  const components = [component({ stage: "Instrumented" })];
  expect(await deleted(status({ phase: "Instrumented", components }))).toContain(
    `${GROUP}/restore`,
  );
});

test("a workload gets its own pods back whatever else cannot be made", async () => {
  const cluster = memoryCluster({
    fail: (call) =>
      call.verb === "apply" && call.kind === "ConfigMap"
        ? new ClusterError("Forbidden", "exceeded quota")
        : undefined,
  });
  const agent = { [AGENT_ANNOTATION]: "lean@0123456789;container=app" };
  const deployment = { apiVersion: "apps/v1", kind: "Deployment", namespace, name: "api" };
  cluster.applyAs("flashcard-otel", {
    apiVersion: deployment.apiVersion,
    kind: deployment.kind,
    metadata: { name: "api", namespace },
    spec: {
      selector: {},
      template: {
        metadata: { annotations: agent },
        spec: { containers: [{ name: "app", image: "app:1" }] },
      },
    },
  });
  cluster.put({
    apiVersion,
    kind,
    metadata: { name, namespace, uid: "uid-1", finalizers: [`${GROUP}/restore`] },
    spec: spec({ target: "Alongside", pulse: { script: { configMap: "items" } } }),
    status: status({
      phase: "Alongside",
      components: [component({ stage: "Instrumented", profile: "Lean", hash: "0123456789" })],
    }),
  });
  await expect(look(cluster)).rejects.toThrow("exceeded quota");
  expect(JSON.stringify((await cluster.read(deployment))?.spec)).not.toContain(AGENT_ANNOTATION);
});

test("a resource that stays when the operator leaves is let go only when nothing of ours is left beside it", async () => {
  const cluster = memoryCluster();
  cluster.put({
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      uid: "uid-1",
      annotations: { [COMMAND.leave]: "true" },
      finalizers: [`${GROUP}/restore`],
    },
    spec: spec({ pulse: { script: { configMap: "items" } } }),
    status: status(),
  });
  // As after a crash between status and removal.
  const pulse = { apiVersion: "apps/v1", kind: "Deployment", namespace, name: `${name}-pulse` };
  cluster.put({
    apiVersion: pulse.apiVersion,
    kind: pulse.kind,
    metadata: {
      name: pulse.name,
      namespace,
      ownerReferences: [{ apiVersion, kind, name, uid: "uid-1", controller: true }],
    },
    spec: { replicas: 1, selector: {}, template: { spec: { containers: [] } } },
  });
  expect(await look(cluster)).toEqual([`${GROUP}/restore`]);
  expect(await cluster.read(pulse)).toBeUndefined();
  expect(await look(cluster)).toEqual([]);
});

describe("a status that another version wrote", () => {
  const carrying = {
    observedGeneration: 1,
    phase: "Instrumented",
    components: [component({ stage: "Instrumented", profile: "Lean", hash: "0123456789" })],
  };
  const seen = async (known: object) => {
    const cluster = memoryCluster({ now: () => NOW });
    const metadata = { name, namespace, uid: "uid-1", finalizers: [`${GROUP}/restore`] };
    cluster.put({ apiVersion, kind, metadata, spec: spec(), status: known });
    const failed = await look(cluster).then(() => "", String);
    return { failed, status: (await cluster.read(reference))?.status as Status | undefined };
  };

  test("with fields that this one does not know is the status all the same", async () => {
    const later = {
      ...carrying,
      later: 1,
      downtime: { sent: 4, failed: 0, longestGapMs: 1, more: 2 },
    };
    expect((await seen(later)).status).toMatchObject({
      phase: "Instrumented",
      components: [{ stage: "Instrumented", hash: "0123456789" }],
      downtime: { sent: 4, items: 0 },
    });
  });

  test("that cannot be understood is no empty one: nothing is touched, and why is told", async () => {
    const strange = { ...carrying, phase: "Beyond" };
    const { failed, status: left } = await seen(strange);
    expect(failed).toContain("does not understand the status of shop/pipeline");
    expect(failed).toContain("status.phase: ");
    expect(left).toEqual(strange);
  });
});

test("one workload whose patch is refused keeps no other from getting its own pods back", async () => {
  const cluster = memoryCluster({
    now: () => NOW,
    fail: (call) =>
      call.verb === "apply" && call.kind === "Deployment" && call.name === "api"
        ? new ClusterError("Invalid", "denied by policy")
        : undefined,
  });
  const names = ["api", "store"];
  const metadata = { annotations: { [AGENT_ANNOTATION]: "lean@0123456789;container=app" } };
  for (const one of names)
    cluster.put({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: one, namespace },
      spec: { template: { metadata, spec: { containers: [{ name: "app", image: "app:1" }] } } },
    });
  cluster.put({
    apiVersion,
    kind,
    metadata: { name, namespace, uid: "uid-1", finalizers: [`${GROUP}/restore`] },
    spec: spec({
      target: "Alongside",
      components: names.map((one) => ({ name: one, target: { name: one } })),
    }),
    status: status({
      phase: "Alongside",
      components: names.map((one) =>
        component({ name: one, stage: "Instrumented", profile: "Lean", hash: "0123456789" }),
      ),
    }),
  });
  await expect(look(cluster)).rejects.toThrow("denied by policy");
  const asked = cluster.calls.filter(
    ({ verb, kind: of }) => verb === "apply" && of === "Deployment",
  );
  expect(asked.map((call) => call.name)).toEqual(names);
});
