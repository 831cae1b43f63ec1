/**
 * Two operators, one of which leads, and an autoscaler that scales a service while it is rolled out. The leader dies: the other one goes
 * on, nothing is done twice, and the number of pods is nobody's but the autoscaler's.
 */
import assert from "node:assert/strict";
import { PRODUCT } from "../kit/install.ts";
import { get, kubectl, type Tools } from "../kit/kubectl.ts";
import { installOrders, ORDERS } from "../kit/orders.ts";
import { IN_SHOP, inThe, nothingIsOurs, SERVICES, settled, shopMigration } from "../kit/shop.ts";
import {
  applyResource,
  back,
  endMigration,
  replicaSets,
  type Stage,
  type Story,
} from "../kit/story.ts";
import { until } from "../kit/wait.ts";

const IN_PRODUCT = ["-n", PRODUCT];
const CONTROLLER = `deployment/${PRODUCT}-controller`;

const scaleOperator = async ({ tools }: Stage, replicas: number): Promise<void> => {
  await kubectl(tools, [...IN_PRODUCT, "scale", CONTROLLER, `--replicas=${replicas}`]);
  await kubectl(tools, [...IN_PRODUCT, "rollout", "status", CONTROLLER, "--timeout=90s"]);
};

interface Lease {
  spec: { holderIdentity?: string };
}

const leader = (tools: Tools, otherThan = ""): Promise<string> =>
  until({ what: "an operator that leads", seconds: 60 }, async () => {
    const lease = await get<Lease>(tools, [...IN_PRODUCT, "leases", PRODUCT]);
    const { holderIdentity = "" } = lease?.spec ?? {};
    return holderIdentity !== otherThan && holderIdentity;
  });

interface Pods {
  items: { metadata: { name: string } }[];
}

/** By what each of them says of itself. */
const leaders = async (tools: Tools): Promise<string[]> => {
  const selector = "app.kubernetes.io/component=controller";
  const pods = await get<Pods>(tools, [...IN_PRODUCT, "pods", "-l", selector]);
  const said = await Promise.all(
    (pods?.items ?? []).map(async ({ metadata: { name } }) => {
      const path = `/api/v1/namespaces/${PRODUCT}/pods/${name}:8082/proxy/metrics`;
      const metrics = await kubectl(tools, ["get", "--raw", path]);
      return /^flashcard_otel_leader 1$/m.test(metrics) ? [name] : [];
    }),
  );
  return said.flat();
};

const SCALED = "orders";
const PODS = 3;

/** Without numbers of pods it keeps to its limits, which is all that is needed here. */
const autoscaler = (minReplicas: number) => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: SCALED, namespace: ORDERS.namespace },
  spec: {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: SCALED },
    minReplicas,
    maxReplicas: 5,
    metrics: [
      {
        type: "Resource",
        resource: { name: "memory", target: { type: "Utilization", averageUtilization: 90 } },
      },
    ],
  },
});

interface Workload {
  metadata: { annotations?: Record<string, string> };
  spec: { replicas: number };
}

const workload = async (tools: Tools, name: string): Promise<Workload> => {
  const found = await get<Workload>(tools, [...IN_SHOP, `deployments/${name}`]);
  assert.ok(found, `there is no Deployment ${name}`);
  return found;
};

/** How often its template has changed. */
const revision = async (tools: Tools, name: string): Promise<number> =>
  Number((await workload(tools, name)).metadata.annotations?.["deployment.kubernetes.io/revision"]);

interface Events {
  items: { reason: string; note: string; regarding: { uid: string } }[];
}

/** Each move of a component, as often as it was told; earlier resources of this name have events too. */
const moves = async (tools: Tools): Promise<string[]> => {
  const args = [...IN_SHOP, "flashcardtelemetries", ORDERS.name];
  const resource = await get<{ metadata: { uid: string } }>(tools, args);
  const events = await get<Events>(tools, [...IN_SHOP, "events.events.k8s.io"]);
  return (events?.items ?? [])
    .filter(({ regarding }) => regarding.uid === resource?.metadata.uid)
    .filter(({ reason }) => ["RollingOut", "Instrumented"].includes(reason))
    .map(({ reason, note }) => `${reason} ${note.split(":")[0]}`);
};

const play = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  await scaleOperator(stage, 2);
  const first = await leader(tools);
  const before = await replicaSets(tools, ORDERS.namespace);
  const revisions = await Promise.all(SERVICES.map((name) => revision(tools, name)));
  await applyResource(tools, autoscaler(2));
  await applyResource(tools, await shopMigration("Instrumented"));
  await inThe(stage, "packer", "RollingOut");
  assert.deepEqual(await leaders(tools), [first]);
  say(`${first} leads and is killed in the middle of a rollout`);
  await kubectl(tools, [...IN_PRODUCT, "delete", "pod", first, "--grace-period=0", "--force"]);
  say(`${await leader(tools, first)} goes on`);
  await inThe(stage, SCALED, "RollingOut");
  say(`the autoscaler wants ${PODS} pods of ${SCALED} in the middle of its rollout`);
  await applyResource(tools, autoscaler(PODS));
  await settled(stage, "Instrumented");
  assert.equal((await workload(tools, SCALED)).spec.replicas, PODS);
  assert.equal((await leaders(tools)).length, 1);
  const told = await moves(tools);
  // The autoscaler may come to the other one so late that its rollout goes on after its end.
  for (const reason of ["RollingOut", "Instrumented"])
    assert.equal(told.filter((one) => one === `${reason} packer`).length, 1);
  const [packer = 0, orders = 0] = revisions;
  assert.deepEqual(await Promise.all(SERVICES.map((name) => revision(tools, name))), [
    packer + 1,
    orders + 1,
  ]);
  await back(stage, ORDERS);
  assert.equal((await workload(tools, SCALED)).spec.replicas, PODS);
  const after = await replicaSets(tools, ORDERS.namespace);
  for (const name of SERVICES) assert.equal(after[name], before[name]);
  await kubectl(tools, [...IN_SHOP, "delete", "horizontalpodautoscaler", SCALED]);
  await installOrders(tools, stage.images);
  await nothingIsOurs(stage);
  await endMigration(stage, ORDERS);
  await scaleOperator(stage, 1);
};

export const twoOperators: Story = {
  name: "two-operators",
  promise: "of two operators one leads, the other goes on when it dies, and nothing is done twice",
  patient: installOrders,
  play,
};
