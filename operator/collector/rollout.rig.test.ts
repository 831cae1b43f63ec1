/** The operator on a real API server: what becomes of the collector that runs while the resource asks for another. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { pino } from "pino";
import type { Manifest } from "../cluster/cluster.ts";
import { reconcile } from "../migration/reconcile.ts";
import { GROUP, KIND, statusSchema, VERSION } from "../migration/schema.ts";
import { openRig, type Rig } from "../rig.ts";
import type { Settings } from "../settings.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
}, 120_000);
afterAll(() => rig?.stop(), 30_000);

const namespace = "default";
const settings = {
  images: { operator: "o:1", collector: "c:1", jaeger: "j:1", prometheus: "p:1", k6: "k:1" },
} as Settings;

const look = () =>
  reconcile(
    { namespace, name: "pipeline" },
    {
      cluster: rig.cluster,
      settings,
      sources: { agent: "// agent", trial: "", pulse: "" },
      now: () => new Date(),
      fetch: () => Promise.reject(new Error("nobody is asked")),
      digest: (text) => createHash("sha256").update(text).digest("hex"),
      log: pino({ level: "silent" }),
    },
  );

const spec = (collector: object) => ({
  target: "Alongside",
  components: [{ name: "api", target: { name: "api" } }],
  backends: { collector },
});

const resource = { apiVersion: `${GROUP}/${VERSION}`, kind: KIND };
const reference = { ...resource, namespace, name: "pipeline" };

const ask = (collector: object) => rig.kubectl.merge(reference, { spec: spec(collector) });

const read = async (kind: string, name: string): Promise<Manifest | undefined> =>
  rig.cluster.read({ apiVersion: kind === "Deployment" ? "apps/v1" : "v1", kind, namespace, name });

const configText = async (): Promise<string> =>
  (await read("ConfigMap", "pipeline-collector"))?.data?.["collector.yaml"] ?? "";

const jobs = () => rig.cluster.list({ apiVersion: "batch/v1", kind: "Job", namespace });

/** As the Job controller says it. */
const end = async (type: "Complete" | "Failed"): Promise<void> => {
  const at = new Date().toISOString().replace(/\.\d+/, "");
  const before = type === "Complete" ? "SuccessCriteriaMet" : "FailureTarget";
  const conditions = [before, type].map((name) => ({
    type: name,
    status: "True",
    lastTransitionTime: at,
  }));
  const times = type === "Complete" ? { completionTime: at, succeeded: 1 } : { failed: 3 };
  for (const job of await jobs())
    await rig.kubectl.replaceStatus({ ...job, status: { startTime: at, conditions, ...times } });
};

const stalled = async () => {
  const object = await rig.cluster.read(reference);
  return statusSchema.parse(object?.status).conditions.find(({ type }) => type === "Stalled");
};

test("a configuration that is refused, or not yet accepted, replaces none", async () => {
  const metadata = { name: "pipeline", namespace };
  const created = await rig.kubectl.create({ ...resource, metadata, spec: spec({}) });
  const status = statusSchema.parse({ phase: "Alongside" });
  await rig.kubectl.replaceStatus({ ...created, status });
  await look();
  await look();
  const first = await configText();
  expect(first).toContain("otlp_grpc/traces");
  expect(await jobs()).toEqual([]);

  await ask({ queue: { storage: "EmptyDir" } });
  await look();
  expect(await jobs()).toHaveLength(1);
  expect(await configText()).toBe(first);

  await end("Failed");
  await look();
  expect(await stalled()).toMatchObject({ status: "True", reason: "ConfigurationInvalid" });
  expect(await configText()).toBe(first);
  expect(await read("Deployment", "pipeline-collector")).toBeDefined();

  await ask({ tailSampling: {} });
  await look();
  expect(await configText()).toBe(first);
  await end("Complete");
  await look();
  expect(await configText()).toContain("tail_sampling");
  await look();
  expect(await jobs()).toEqual([]);
  expect((await stalled())?.status).toBe("False");
}, 60_000);
