/**
 * A namespace as a platform team guards it: restricted Pod Security, a quota, limits, network policies. What does not fit is refused, in
 * the API server's words and before a workload is touched; as soon as it fits, the migration goes on.
 */
import assert from "node:assert/strict";
import { PRODUCT } from "../kit/install.ts";
import { get, kubectl, type Tools } from "../kit/kubectl.ts";
import { readStatus, setTarget } from "../kit/migration.ts";
import { installOrders, ORDERS } from "../kit/orders.ts";
import { backAsBefore, IN_SHOP, meet, SERVICES, settled, shopMigration } from "../kit/shop.ts";
import { applyResource, endMigration, replicaSets, type Stage, type Story } from "../kit/story.ts";
import { until } from "../kit/wait.ts";

const MEASURED = "orders";
const { namespace } = ORDERS;
const GUARD = "guard";
const ENFORCE = "pod-security.kubernetes.io/enforce";

const object = (apiVersion: string, kind: string, name: string, spec: object) => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
  spec,
});

const limits = (memory: string) =>
  object("v1", "LimitRange", GUARD, {
    limits: [
      {
        type: "Container",
        max: { memory },
        default: { cpu: "2", memory: "256Mi" },
        defaultRequest: { cpu: "20m", memory: "64Mi" },
      },
    ],
  });

const quota = (pods: number) =>
  object("v1", "ResourceQuota", GUARD, {
    hard: {
      pods: String(pods),
      "requests.memory": "8Gi",
      "limits.memory": "24Gi",
      "limits.cpu": "64",
    },
  });

const from = (...peers: object[]) => [{ from: peers }];
const ofNamespace = (name: string) => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
});

/** Closed to everybody but the namespace itself and the operator. */
const policies = [
  object("networking.k8s.io/v1", "NetworkPolicy", `${GUARD}-closed`, {
    podSelector: {},
    policyTypes: ["Ingress"],
  }),
  object("networking.k8s.io/v1", "NetworkPolicy", `${GUARD}-open`, {
    podSelector: {},
    policyTypes: ["Ingress"],
    ingress: from({ podSelector: {} }, ofNamespace(PRODUCT)),
  }),
];

interface Quota {
  status?: { hard?: { pods?: string }; used?: { pods?: string } };
}

/** So many pods more than there are; until the quota says so itself. */
const roomFor = async ({ tools, say }: Stage, more: number): Promise<void> => {
  const list = await get<{ items: { status: { phase: string } }[] }>(tools, [...IN_SHOP, "pods"]);
  const live = (list?.items ?? []).filter(({ status }) =>
    ["Pending", "Running"].includes(status.phase),
  );
  const pods = live.length + more;
  await applyResource(tools, quota(pods));
  await until({ what: `a quota of ${pods} pods`, seconds: 60 }, async () => {
    const found = await get<Quota>(tools, [...IN_SHOP, "resourcequotas", GUARD]);
    return found?.status?.hard?.pods === String(pods);
  });
  say(`the quota leaves room for ${more} more pods`);
};

interface Workload {
  metadata: { generation: number };
}

const generations = (tools: Tools): Promise<(number | undefined)[]> =>
  Promise.all(
    SERVICES.map(async (name) => {
      const found = await get<Workload>(tools, [...IN_SHOP, `deployments/${name}`]);
      return found?.metadata.generation;
    }),
  );

const guarded = async ({ tools, images }: Stage, memory: string): Promise<void> => {
  const label = ["label", "namespace", namespace, `${ENFORCE}=restricted`, "--overwrite"];
  await kubectl(tools, label);
  for (const one of [limits(memory), quota(40), ...policies]) await applyResource(tools, one);
  await installOrders(tools, images);
};

const unguarded = async ({ tools }: Stage): Promise<void> => {
  const names = [`resourcequota/${GUARD}`, `limitrange/${GUARD}`];
  const closed = policies.map(({ metadata }) => `networkpolicy/${metadata.name}`);
  await kubectl(tools, [...IN_SHOP, "delete", ...names, ...closed]);
  await kubectl(tools, ["label", "namespace", namespace, `${ENFORCE}-`]);
};

/** The backends' memory is above the limit: told in the API server's words, until it is raised. */
const limited = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  await applyResource(tools, await shopMigration("Alongside", MEASURED));
  await until({ what: "the limit being told", seconds: 120 }, async () => {
    const next = (await readStatus(tools, ORDERS))?.next;
    return next && /maximum memory usage per Container is 768Mi/.test(next.message);
  });
  say("the limit range refuses a backend; raising it");
  await applyResource(tools, limits("2Gi"));
  await settled(stage, "Alongside", 600);
};

/** No room for another pod: refused before the first write. Room for one, but not for twins: the trial says so. */
const crowded = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  const before = await generations(tools);
  await roomFor(stage, 0);
  await setTarget(tools, "Instrumented", ORDERS);
  await meet(
    stage,
    { what: "preflight naming the quota" },
    ({ packer }) =>
      packer?.stage === "Preflight" &&
      packer.reason === "PodRefused" &&
      /exceeded quota: guard/.test(packer.message),
  );
  assert.deepEqual(await generations(tools), before);
  say("refused in preflight, and no workload was touched");
  await roomFor(stage, 1);
  await meet(
    stage,
    { what: "the trial naming the quota", seconds: 600 },
    (all) =>
      all[MEASURED]?.reason === "TwinRefused" &&
      /exceeded quota: guard/.test(all[MEASURED].message),
  );
  await roomFor(stage, 8);
  await settled(stage, "Instrumented", 600);
};

const play = async (stage: Stage): Promise<void> => {
  const { tools } = stage;
  await guarded(stage, "768Mi");
  const before = await replicaSets(tools, namespace);
  try {
    await limited(stage);
    await crowded(stage);
    await backAsBefore(stage, before);
    await endMigration(stage, ORDERS);
  } finally {
    await unguarded(stage);
  }
};

export const restrictedNamespace: Story = {
  name: "restricted-namespace",
  promise:
    "where Pod Security, quota, limits and network policies rule, what does not fit is refused by name, and what fits migrates",
  patient: installOrders,
  play,
};
