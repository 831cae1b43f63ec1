import { expect, test } from "@jest/globals";
import { pino } from "pino";
import { memoryCluster } from "../cluster/memory.ts";
import { reconcile } from "./reconcile.ts";
import { component, NOW, status } from "./scenes.ts";
import { GROUP, KIND, type Status, VERSION } from "./schema.ts";

const reference = {
  apiVersion: `${GROUP}/${VERSION}`,
  kind: KIND,
  namespace: "shop",
  name: "pipeline",
};

/** One look at a resource that is being deleted and whose spec cannot be read; its finalizers afterwards. */
const deleted = async (known: Status): Promise<string[] | undefined> => {
  const cluster = memoryCluster();
  const { apiVersion, kind, namespace, name } = reference;
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
  await reconcile(
    { namespace, name },
    {
      cluster,
      settings: {} as never,
      sources: { agent: "", trial: "", pulse: "" },
      now: () => NOW,
      fetch: globalThis.fetch,
      digest: (text) => text,
      log: pino({ level: "silent" }),
    },
  );
  return (await cluster.read(reference))?.metadata.finalizers;
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
