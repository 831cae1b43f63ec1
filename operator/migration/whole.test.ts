/** An attempt that measures the whole cost, look by look, on the cluster in memory: what a kubelet and a load would do is done here. */
import { beforeEach, describe, expect, test } from "@jest/globals";
import { createHash } from "node:crypto";
import { pino } from "pino";
import { number, rehearsePairs } from "@flashcard-otel/verdict/rehearsal.ts";
import { ClusterError, type Manifest } from "../cluster/cluster.ts";
import { memoryCluster, type MemoryCluster } from "../cluster/memory.ts";
import { userTemplateHash } from "../rollout/template.ts";
import { reconcile } from "./reconcile.ts";
import { component, deployment, NOW, status } from "./scenes.ts";
import { GROUP, KIND, type Status, statusSchema, VERSION } from "./schema.ts";

const place = { namespace: "shop", name: "pipeline" };
const reference = { apiVersion: `${GROUP}/${VERSION}`, kind: KIND, ...place };
const ATTEMPT = "a1b2c3d4e5";
const HOME = "flashcard-otel";

let cluster: MemoryCluster;
/** There is no room for another twin. */
let full = false;

const look = () =>
  reconcile(place, {
    cluster,
    settings: {
      images: { operator: "operator:1", k6: "k6:1" },
      namespace: HOME,
      namespaces: [],
    } as never,
    sources: { agent: "// agent", trial: "// trial", pulse: "" },
    now: () => NOW,
    fetch: async () => new Response("{}", { status: 503 }),
    digest: (text) => createHash("sha256").update(text).digest("hex"),
    log: pino({ level: "silent" }),
  });

const known = async (): Promise<Status> =>
  statusSchema.parse((await cluster.read(reference))?.status);
const only = async () => (await known()).components[0];
const named = (kind: string): string[] =>
  cluster
    .objects()
    .filter((object) => object.kind === kind && object.metadata.name.includes("trial"))
    .map(({ metadata }) => metadata.name);
const record = (): Manifest | undefined =>
  cluster.objects().find(({ metadata }) => metadata.name.includes("evidence"));

beforeEach(() => {
  full = false;
  const refusal = new ClusterError("Forbidden", "exceeded quota: shop");
  cluster = memoryCluster({
    now: () => NOW,
    fail: ({ verb, name }) =>
      full && verb === "create" && name.endsWith("-injected") ? refusal : undefined,
  });
  cluster.put(deployment());
  cluster.put({
    apiVersion: reference.apiVersion,
    kind: KIND,
    metadata: { ...place, uid: "uid-1", generation: 1, finalizers: [`${GROUP}/restore`] },
    spec: {
      target: "Instrumented",
      components: [
        {
          name: "api",
          target: { name: "api" },
          profile: "Lean",
          trial: { sideEffects: "None", items: { configMap: "items" }, pairs: 40 },
        },
      ],
    },
    status: status({
      phase: "Alongside",
      components: [
        component({
          stage: "Trial",
          profile: "Lean",
          attempt: ATTEMPT,
          pair: 0,
          pairSince: NOW.toISOString(),
          templateHash: userTemplateHash(deployment()),
        }),
      ],
    }),
  });
});

const lines = number(rehearsePairs({ overheadPercent: 0.5, ended: false }), ATTEMPT).map((line) =>
  JSON.stringify(line),
);
/** What the load of that pair writes. */
const writtenBy = (pair: number): string =>
  (pair === 0 ? lines.slice(0, 2) : lines.slice(pair + 1, pair + 2))
    .map((line) => `${line}\n`)
    .join("");

/** Both twins are placed, and become ready. */
const startTwins = (nodeName = "node-1"): void => {
  for (const pod of cluster.objects().filter(({ kind }) => kind === "Pod"))
    cluster.put({
      ...pod,
      spec: { ...(pod.spec as object), nodeName },
      status: { podIP: "10.0.0.1", conditions: [{ type: "Ready", status: "True" }] },
    });
};

const runLoad = (pair: number): void => {
  const job = cluster.objects().find(({ kind }) => kind === "Job");
  if (!job) throw new Error("there is no load");
  const name = `${job.metadata.name}-pod`;
  const owner = { apiVersion: "batch/v1", kind: "Job", name: job.metadata.name };
  cluster.put({
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      namespace: "shop",
      name,
      ownerReferences: [{ ...owner, uid: job.metadata.uid ?? "" }],
    },
  });
  cluster.setLog({ namespace: "shop", name, container: "k6" }, writtenBy(pair));
};

const stopLoad = (): void => {
  for (const pod of cluster.objects().filter(({ metadata }) => metadata.name.endsWith("-pod")))
    cluster.drop({ apiVersion: "v1", kind: "Pod", namespace: "shop", name: pod.metadata.name });
};

/** Until there is a load: the first look takes the node, unless the attempt has it from the pair before. */
const begin = async (): Promise<void> => {
  await look();
  startTwins();
  await look();
  await look();
};

/** From plain twins to a line of evidence, and the look that takes it up. */
const playPair = async (pair: number): Promise<void> => {
  await begin();
  runLoad(pair);
  await look();
  stopLoad();
};

/** Has to go to the node of the other twin. */
const isBeside = ({ spec }: Manifest): boolean =>
  (spec as { affinity?: { podAffinity?: object } }).affinity?.podAffinity !== undefined;

const leases = (): { node: string; holder: string }[] =>
  cluster
    .objects()
    .filter(({ kind }) => kind === "Lease")
    .map(({ metadata, spec }) => ({
      node: metadata.name,
      holder: (spec as { holderIdentity: string }).holderIdentity,
    }));

describe("the whole cost on a cluster", () => {
  test("each pair has twins of its own, the second on the node of the first, and an agent that knows of no trial", async () => {
    await look();
    expect(
      named("Pod")
        .map((name) => name.split("-").slice(-2).join("-"))
        .toSorted(),
    ).toEqual(["0-injected", "0-plain"]);
    const pods = cluster.objects().filter(({ kind }) => kind === "Pod");
    expect(JSON.stringify(pods)).not.toContain("FLASHCARD_OTEL_TRIAL_TOKEN");
    expect(pods.filter((pod) => isBeside(pod))).toHaveLength(1);
    await playPair(0);
    await look();
    expect(named("Pod").every((name) => /-1-(plain|injected)$/.test(name))).toBe(true);
  });

  test("slots are crossed over: the twin that goes to the other's node is the other one in the next pair", async () => {
    const second = (): string | undefined =>
      cluster
        .objects()
        .find((object) => object.kind === "Pod" && isBeside(object))
        ?.metadata.name.split("-")
        .at(-1);
    await look();
    const before = second();
    await playPair(0);
    await look();
    expect(new Set([before, second()])).toEqual(new Set(["injected", "plain"]));
  });

  test("a twin that the API server refuses is told, in its words, until it is taken", async () => {
    full = true;
    await expect(look()).rejects.toThrow("exceeded quota");
    await expect(look()).rejects.toThrow("exceeded quota");
    expect(await only()).toMatchObject({
      reason: "TwinRefused",
      message: "the API server refuses a twin: exceeded quota: shop",
    });
    full = false;
    await look();
    await look();
    expect(await only()).toMatchObject({ reason: "TwinsStarting" });
  });

  test("pairs are stored one by one, until the record is sealed and the rollout begins", async () => {
    let pair = 0;
    for (; (await only())?.stage === "Trial"; pair += 1) {
      await playPair(pair);
      expect(record()?.data).toEqual({
        "evidence.jsonl": lines
          .slice(0, pair + 2)
          .map((line) => `${line}\n`)
          .join(""),
      });
    }
    expect(pair).toBeGreaterThan(5);
    const done = await only();
    expect(done).toMatchObject({
      stage: "RollingOut",
      verdict: { reason: "WithinGuard", pairs: pair },
    });
    expect(record()).toMatchObject({ immutable: true });
    const text = record()?.data?.["evidence.jsonl"] ?? "";
    expect(done?.verdict?.evidenceHash).toBe(
      `sha256:${createHash("sha256").update(text).digest("hex")}`,
    );
    await look();
    expect([...named("Pod"), ...named("Job"), ...leases()]).toEqual([]);
  }, 60_000);

  test("the node is kept from pair to pair, and exchanged when the next twins are put elsewhere", async () => {
    const holder = `shop/pipeline/api/${ATTEMPT}`;
    await playPair(0);
    await look();
    expect(leases()).toEqual([{ node: "flashcard-otel-trial-node-1", holder }]);
    const first = cluster.objects().find((pod) => pod.kind === "Pod" && !isBeside(pod));
    expect(JSON.stringify(first?.spec)).toContain('"values":["node-1"]');
    startTwins("node-2");
    await look();
    expect(leases()).toEqual([{ node: "flashcard-otel-trial-node-2", holder }]);
    expect(await only()).toMatchObject({ pair: 1, node: "node-2" });
  });

  test("a look that was interrupted between record and status counts the pair once", async () => {
    await begin();
    runLoad(0);
    const before = await cluster.read(reference);
    await look();
    if (before) cluster.put(before);
    await look();
    expect(await only()).toMatchObject({ stage: "Trial", pair: 1 });
    expect(record()?.data).toEqual({ "evidence.jsonl": writtenBy(0) });
  });
});
