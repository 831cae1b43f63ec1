/** Both roles as processes, the way the chart starts them, against a real API server. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { until } from "../e2e/kit/wait.ts";
import { root } from "../tools/run.ts";
import { openRig, type Rig } from "./rig.ts";
import { freePort } from "../tools/ports.ts";

let rig: Rig;
let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  rig = await openRig();
  await rig.kubectl.apply({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "flashcard-otel" },
  });
  folder = await mkdtemp(join(tmpdir(), "flashcard-otel-main-"));
  for (const name of ["agent.cjs", "trial.js", "pulse.js"]) await writeFile(join(folder, name), "");
}, 120_000);

afterEach(() => children.splice(0).forEach((child) => child.kill("SIGKILL")));

afterAll(async () => {
  await rig.stop();
  await rm(folder, { recursive: true, force: true });
});

const begin = async (role: string, change: Record<string, string> = {}) => {
  const [health, metrics] = [await freePort(), await freePort()];
  const env = {
    PATH: process.env["PATH"] ?? "",
    KUBECONFIG: rig.kubeconfig,
    OPERATOR_IMAGE: "operator",
    COLLECTOR_IMAGE: "collector",
    JAEGER_IMAGE: "jaeger",
    PROMETHEUS_IMAGE: "prometheus",
    K6_IMAGE: "k6",
    POD_NAMESPACE: "flashcard-otel",
    POD_NAME: `${role}-1`,
    WEBHOOK_SERVICE: "webhook",
    WEBHOOK_CONFIGURATION: "webhook",
    WEBHOOK_SECRET: "webhook",
    WEBHOOK_PORT: String(await freePort()),
    AGENT_FOLDER: folder,
    K6_FOLDER: folder,
    CERTIFICATE_FOLDER: join(folder, "certificates"),
    HEALTH_PORT: String(health),
    METRICS_PORT: String(metrics),
    ...change,
  };
  const child = spawn(process.execPath, [join(root, "operator", "main.ts"), `--role=${role}`], {
    env,
  });
  children.push(child);
  let log = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const ask = async (port: number, path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
    return { status: answer?.status ?? 0, body: (await answer?.text()) ?? "" };
  };
  return {
    child,
    log: () => log,
    ready: () => ask(health, "/readyz"),
    metrics: async () => (await ask(metrics, "/metrics")).body,
    ended: async () =>
      child.exitCode === null ? ((await once(child, "exit"))[0] as number) : child.exitCode,
  };
};

const settled = (what: string, look: () => Promise<boolean>) =>
  until({ what, seconds: 20, everyMs: 50 }, look);

const lease = async () => {
  const found = await rig.cluster.read({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    namespace: "flashcard-otel",
    name: "flashcard-otel",
  });
  return (found?.spec ?? {}) as { holderIdentity?: string };
};

test("the controller leads, looks, tells numbers, and hands over when it is asked to end", async () => {
  const { child, ready, metrics, ended, log } = await begin("controller");
  await settled("leading", async () => (await metrics()).includes("flashcard_otel_leader 1"));
  await settled("readiness", async () => (await ready()).status === 200);
  await settled("its lease", async () => (await lease()).holderIdentity === "controller-1");
  child.kill("SIGTERM");
  expect(await ended()).toBe(0);
  expect((await lease()).holderIdentity ?? "").toBe("");
  expect(log()).toContain('"msg":"issued a certificate for the webhook"');
}, 40_000);

test("the webhook is ready once its certificate is mounted and verifies", async () => {
  const controller = await begin("controller");
  const reference = {
    apiVersion: "v1",
    kind: "Secret",
    namespace: "flashcard-otel",
    name: "webhook",
  };
  const secret = await until({ what: "the Secret", seconds: 20 }, () =>
    rig.cluster.read(reference),
  );
  controller.child.kill("SIGTERM");
  const webhook = await begin("webhook", { KUBECONFIG: "/dev/null" });
  await settled("the process", async () => (await webhook.ready()).status === 503);
  expect((await webhook.ready()).body).toBe("no certificate that verifies yet\n");
  await mkdir(join(folder, "certificates"));
  for (const [name, value] of Object.entries(secret.data ?? {}))
    await writeFile(join(folder, "certificates", name), Buffer.from(value, "base64"));
  await settled("readiness", async () => (await webhook.ready()).status === 200);
  webhook.child.kill("SIGTERM");
  expect(await webhook.ended()).toBe(0);
}, 40_000);

test("what is missing at the start is one sentence and exit code 1", async () => {
  const { ended, log } = await begin("controller", { K6_IMAGE: "", POD_NAME: "" });
  expect(await ended()).toBe(1);
  expect(log()).toContain("reading the environment: K6_IMAGE is not set; POD_NAME is not set");
  const other = await begin("conductor");
  expect(await other.ended()).toBe(1);
  expect(other.log()).toContain("--role is controller, webhook, uninstall, not conductor");
}, 20_000);
