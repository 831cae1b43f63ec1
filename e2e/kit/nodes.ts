/** What a story about several nodes needs: where pods run, and a node that is emptied as a person would empty it. */
import { get, kubectl, type Tools } from "./kubectl.ts";
import { NAMESPACE } from "./migration.ts";
import type { Stage } from "./story.ts";
import { until } from "./wait.ts";

export interface PodSeen {
  metadata: { name: string; uid: string; deletionTimestamp?: string };
  spec: { nodeName?: string };
  status: { phase: string; conditions?: { type: string; status: string }[] };
}

interface NodeSeen {
  metadata: { name: string };
  spec: { taints?: { effect: string }[] };
}

/** Those pods of a selector that are not on their way out. */
export const podsOf = async (
  tools: Tools,
  selector: string,
  namespace = NAMESPACE,
): Promise<PodSeen[]> => {
  const list = await get<{ items: PodSeen[] }>(tools, ["-n", namespace, "pods", "-l", selector]);
  return (list?.items ?? []).filter(({ metadata }) => !metadata.deletionTimestamp);
};

/** Names of the nodes that ordinary pods may be put on. */
export const workers = async (tools: Tools): Promise<string[]> => {
  const list = await get<{ items: NodeSeen[] }>(tools, ["nodes"]);
  const open = (list?.items ?? []).filter(
    ({ spec }) => !(spec.taints ?? []).some(({ effect }) => effect === "NoSchedule"),
  );
  return open.map(({ metadata }) => metadata.name);
};

const isReady = ({ status }: PodSeen): boolean =>
  (status.conditions ?? []).some(({ type, status: is }) => type === "Ready" && is === "True");

/** The node of the one pod of a selector, once it is ready. */
const nodeOf = (tools: Tools, selector: string, namespace = NAMESPACE): Promise<string> =>
  until({ what: `one ready pod of ${selector}`, seconds: 120 }, async () => {
    const pods = await podsOf(tools, selector, namespace);
    return pods.length === 1 && pods.every(isReady) ? pods[0]?.spec.nodeName : undefined;
  });

export const drain = (tools: Tools, node: string): Promise<string> =>
  kubectl(
    tools,
    ["drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--force", "--timeout=150s"],
    { seconds: 160 },
  );

export const uncordon = (tools: Tools, node: string): Promise<string> =>
  kubectl(tools, ["uncordon", node]);

/** Runs `act` while nothing new is put on that node. */
export const avoiding = async (
  tools: Tools,
  node: string,
  act: () => Promise<void>,
): Promise<void> => {
  await kubectl(tools, ["cordon", node]);
  try {
    await act();
  } finally {
    await uncordon(tools, node);
  }
};

/** Puts the one pod of a selector onto a node, unless it is there. */
const move = async (tools: Tools, { selector, namespace = NAMESPACE, to }: Move): Promise<void> => {
  if ((await nodeOf(tools, selector, namespace)) === to) return;
  await kubectl(tools, ["-n", namespace, "delete", "pods", "-l", selector]);
  await nodeOf(tools, selector, namespace);
};

interface Move {
  selector: string;
  namespace?: string;
  to: string;
}

/** Of these the pipeline has one pod each: a node that is to be emptied must not hold them. */
const SINGLE = ["postgres", "redis", "mock-llm", "legacy-prometheus"];
const MANY = ["ingest-api", "llm-gateway", "worker"];

export interface Places {
  /** Keeps what the pipeline has only once. */
  anchor: string;
  /** Can be emptied without an outage. */
  away: string;
}

/** Brings the pipeline's single pods together on one node, and the operator onto the other. */
export const arrange = async ({ tools, say }: Stage): Promise<Places> => {
  const [anchor, away] = await workers(tools);
  if (!anchor || !away)
    throw new Error("the story needs two nodes for ordinary pods: npm run e2e -- --provider kind");
  await avoiding(tools, away, async () => {
    for (const name of SINGLE)
      await move(tools, { selector: `app.kubernetes.io/name=${name}`, to: anchor });
  });
  const deployments = MANY.map((name) => `deployment/${name}`);
  await kubectl(tools, ["-n", NAMESPACE, "rollout", "restart", ...deployments]);
  for (const name of deployments)
    await kubectl(tools, ["-n", NAMESPACE, "rollout", "status", name, "--timeout=120s"], {
      seconds: 130,
    });
  await avoiding(tools, anchor, () =>
    move(tools, { selector: OPERATOR, namespace: "flashcard-otel", to: away }),
  );
  say(`${anchor} keeps what there is only one of, ${away} has the operator`);
  return { anchor, away };
};

export const OPERATOR = "app.kubernetes.io/component=controller";
export const TWINS =
  "app.kubernetes.io/component=trial,flashcard-otel.dev/role in (plain,injected)";

/** Both twins of the running attempt, once they are ready. */
export const twins = (tools: Tools, where: (node: string) => boolean = () => true) =>
  until({ what: "two ready twins", seconds: 180 }, async () => {
    const pods = await podsOf(tools, TWINS);
    const placed = pods.every((pod) => isReady(pod) && where(pod.spec.nodeName ?? ""));
    return pods.length === 2 && placed ? pods : undefined;
  });

/** Cordons a node for as long as it takes the twins to be ready on another one. */
export const twinsAwayFrom = async (tools: Tools, node: string): Promise<PodSeen[]> => {
  let found: PodSeen[] = [];
  await avoiding(tools, node, async () => {
    found = await twins(tools, (name) => name !== node);
  });
  return found;
};
