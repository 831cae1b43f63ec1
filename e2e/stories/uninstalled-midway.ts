/**
 * The operator leaves in the middle of a rollout, by `helm uninstall`: the workloads are plain again and the resource waits for the next
 * installation. That one goes to the end, and then its result is taken out with `flashcard-otel eject` and goes on without any operator.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../../tools/run.ts";
import { installProduct, PRODUCT } from "../kit/install.ts";
import { forward, get, helm, kubectl, type Tools } from "../kit/kubectl.ts";
import { readStatus } from "../kit/migration.ts";
import { installOrders, ORDERS } from "../kit/orders.ts";
import { IN_SHOP, inThe, nothingIsOurs, SERVICES, settled, shopMigration } from "../kit/shop.ts";
import {
  applyResource,
  leftovers,
  removeResource,
  replicaSets,
  type Stage,
  type Story,
} from "../kit/story.ts";
import { endTraffic, startTraffic } from "../kit/traffic.ts";
import { until } from "../kit/wait.ts";

const run = promisify(execFile);
const { namespace, name } = ORDERS;
const RESOURCE = ["flashcardtelemetries", name];

const uninstall = async ({ tools, say }: Stage): Promise<void> => {
  say("helm uninstall");
  await helm(tools, ["uninstall", PRODUCT, "-n", PRODUCT, "--wait"], { seconds: 330 });
};

interface Left {
  metadata: { finalizers?: string[]; annotations?: Record<string, string> };
}

/** Nothing is left but the resource, and what it says of the time until then. */
const isGone = async (stage: Stage, before: Record<string, string>): Promise<void> => {
  const { tools, say } = stage;
  const after = await replicaSets(tools, namespace);
  for (const one of SERVICES) assert.equal(after[one], before[one]);
  await nothingIsOurs(stage);
  assert.deepEqual(await leftovers(tools, namespace), []);
  assert.equal(await get(tools, [...IN_SHOP, `deployments/${name}-pulse`]), undefined);
  const resource = await get<Left>(tools, [...IN_SHOP, ...RESOURCE]);
  assert.deepEqual(resource?.metadata.finalizers ?? [], []);
  const status = await readStatus(tools, ORDERS);
  assert.equal(status?.phase, "Legacy");
  assert.equal(status.downtime?.failed, 0);
  say(`the workloads are plain; the pulse had sent ${status.downtime?.sent} requests, 0 failed`);
  stage.pulse(status.downtime);
};

const installAgain = async ({ tools, images, say }: Stage): Promise<void> => {
  await installProduct(tools, images);
  await kubectl(tools, [...IN_SHOP, "annotate", ...RESOURCE, "flashcard-otel.dev/leave-"]);
  say("installed again, and asked to go on");
};

/** As its author would run it; what it prints. */
const eject = async ({ kubeconfig }: Tools): Promise<string> => {
  const args = [join(root, "cli", "main.ts"), "eject", "-n", namespace, "--kubeconfig", kubeconfig];
  const { stdout } = await run(process.execPath, args, { maxBuffer: 10_000_000 });
  return stdout;
};

/** In the order that the command prints. */
const takeOver = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  const manifests = await eject(tools);
  await removeResource(tools, ORDERS);
  const ours = ["deployment,service,configmap", "-l", `flashcard-otel.dev/migration=${name}`];
  await kubectl(tools, [...IN_SHOP, "wait", "--for=delete", ...ours, "--timeout=2m"], {
    seconds: 130,
  });
  await kubectl(tools, [...IN_SHOP, "apply", "-f", "-"], { input: manifests });
  for (const one of [...SERVICES, `${name}-prometheus`])
    await kubectl(tools, [...IN_SHOP, "rollout", "status", `deployment/${one}`, "--timeout=180s"], {
      seconds: 190,
    });
  say("ejected: the manifests carry the agent themselves");
};

interface Answer {
  data: { result: { value: [number, string] }[] };
}

/** Of pods of a service, by the metrics of the agent in them. */
const count = async (url: string, service: string): Promise<number> => {
  const query = `count(count by (k8s_pod_name) ({k8s_pod_name=~"${service}-.*"}))`;
  const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`);
  const { data } = (await answer.json()) as Answer;
  return Number(data.result[0]?.value[1] ?? 0);
};

const telemetryArrives = async ({ tools, say }: Stage): Promise<void> => {
  const { url, stop } = await forward(tools, {
    namespace,
    service: `${name}-prometheus`,
    port: 9090,
  });
  try {
    for (const service of SERVICES)
      await until(
        { what: `telemetry of ${service}`, seconds: 120 },
        async () => (await count(url, service)) >= 2,
      );
    say("telemetry of every pod arrives, without an operator");
  } finally {
    stop();
  }
};

const play = async (stage: Stage): Promise<void> => {
  const { tools } = stage;
  const before = await replicaSets(tools, namespace);
  await applyResource(tools, await shopMigration("Instrumented"));
  await inThe(stage, "orders", "RollingOut");
  await uninstall(stage);
  await isGone(stage, before);
  await installAgain(stage);
  await settled(stage, "Instrumented");
  await startTraffic(stage, ORDERS);
  await takeOver(stage);
  await uninstall(stage);
  await telemetryArrives(stage);
  await endTraffic(stage, ORDERS);
  await installProduct(tools, stage.images);
  await kubectl(tools, ["delete", "namespace", namespace, "--timeout=180s"], { seconds: 190 });
};

export const uninstalledMidway: Story = {
  name: "uninstalled-midway",
  promise:
    "an operator that is uninstalled in the middle leaves plain workloads; one that is not needed any more leaves the agent",
  patient: installOrders,
  play,
};
