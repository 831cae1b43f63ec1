/**
 * Agents that do harm, each in another way, after their rollout has begun: every one is taken back by itself, what was seen is kept, the
 * pods are those from before, and no request fails. One that only costs too much is found by its trial and never reaches a pod.
 */
import assert from "node:assert/strict";
import { componentIn } from "../../operator/migration/named.ts";
import { ROUNDS } from "../../overhead/planted/rounds.ts";
import { deliver, deliverOwn } from "../kit/agent.ts";
import { PRODUCT } from "../kit/install.ts";
import { get, kubectl, type Tools } from "../kit/kubectl.ts";
import { NAMESPACE, PIPELINE, type Place, readStatus, teller } from "../kit/migration.ts";
import {
  applyResource,
  endMigration,
  removeResource,
  replicaSets,
  type Resource,
  sample,
  type Stage,
  type Story,
  withoutTrials,
} from "../kit/story.ts";
import { until } from "../kit/wait.ts";
import { NAME as PLANTED, resource as planted, service, standIn } from "../planted/manifests.ts";

const MEGABYTE = 1 << 20;

/** By service: one crashes, one needs more memory than its pod may have, one holds up the start. */
const HARMFUL = `
const { service } = JSON.parse(require("node:fs").readFileSync(__dirname + "/config.json", "utf8"));
const harm = {
  "llm-gateway": () => {
    console.error("the agent crashes");
    process.exit(7);
  },
  worker: () => {
    const kept = [];
    // Not for ever, where nothing keeps a pod within its limit.
    while (kept.length < 64) kept.push(Buffer.alloc(${16 * MEGABYTE}, 1));
    process.exit(8);
  },
  "ingest-api": () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_600_000),
};
harm[service.name]?.();
`;

/** Reasons, and what the reason must say. */
const EXPECTED: Record<string, [reasons: string[], says: RegExp]> = {
  "llm-gateway": [["Restarted", "CrashLoop"], /exit code 7/],
  worker: [["Restarted", "CrashLoop"], /exit code 137 \(OOMKilled\)/],
  "ingest-api": [["NotStarted", "NotReady"], /after 60 s/],
};

/** A component that was taken back is left out, and the next one is tried. */
const harmful = async (names: string[], difference: object = {}): Promise<Resource> => {
  const { spec, ...rest } = withoutTrials(await sample());
  const components = spec.components
    .filter(({ name }) => names.includes(String(name)))
    .map((component) => ({ ...component, onFailure: "Skip", ...difference }));
  return { ...rest, spec: { ...spec, target: "Instrumented", components } };
};

interface Kept {
  data: Record<string, string>;
}

/** Why, and everything that was kept of it; `before`: the record of an earlier time. */
const keptOf = async ({ tools, say }: Stage, name: string, before?: string): Promise<string> => {
  const tell = teller(say);
  const kept = await until({ what: `${name} being taken back`, seconds: 400 }, async () => {
    const status = await readStatus(tools);
    if (status) tell(status);
    const found = status && componentIn(status, name);
    return found?.stage === "Skipped" && found.kept !== before && found.kept;
  });
  const record = await get<Kept>(tools, ["-n", NAMESPACE, "configmaps", kept]);
  assert.ok(record, `ConfigMap ${kept} is not there`);
  assert.ok(record.data["events.txt"], `${kept} has no events`);
  say(`${kept}: ${record.data["why.txt"]?.trim()}`);
  return Object.values(record.data).join("\n");
};

const judged = async (stage: Stage, name: string): Promise<void> => {
  const [reasons, says] = EXPECTED[name] ?? [[], /./];
  const kept = await keptOf(stage, name);
  assert.ok(reasons.some((reason) => kept.includes(`${reason}: pod ${name}-`)));
  assert.match(kept, says);
};

const crashing = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  say("an agent that crashes, needs too much memory, or holds up the start");
  await deliver(tools, HARMFUL);
  await applyResource(tools, await harmful(Object.keys(EXPECTED)));
  for (const name of Object.keys(EXPECTED)) await judged(stage, name);
  await deliverOwn(tools);
};

const WEBHOOK = `deployment/${PRODUCT}-webhook`;

const webhookWith = async (tools: Tools, act: string[]): Promise<void> => {
  await kubectl(tools, ["-n", PRODUCT, ...act]);
  const status = ["rollout", "status", WEBHOOK, "--timeout=120s"];
  await kubectl(tools, ["-n", PRODUCT, ...status], { seconds: 130 });
};

/** Profile Full comes in an image. */
const missing = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  say("an agent whose image cannot be pulled");
  await webhookWith(tools, ["set", "env", WEBHOOK, "OPERATOR_IMAGE=nowhere.example/operator:0"]);
  const known = await readStatus(tools);
  const before = known && componentIn(known, "worker")?.kept;
  await applyResource(tools, await harmful(["worker"], { profile: "Full" }));
  assert.match(await keptOf(stage, "worker", before), /ImageNotPulled: pod worker-/);
  await webhookWith(tools, ["rollout", "undo", WEBHOOK]);
};

const AT: Place = { namespace: NAMESPACE, name: PLANTED };

interface Workload {
  metadata: { generation: number };
}

/** A fifth of the application's own work, by a stand-in whose cost is what it is told. */
const dear = async (stage: Stage): Promise<void> => {
  const { tools, images, say } = stage;
  say("an agent that costs 20 %, within a budget of 1 %");
  await deliver(tools, await standIn());
  const objects = await service(images["operator"] ?? "", ROUNDS);
  for (const object of objects) await applyResource(tools, object);
  const args = ["-n", NAMESPACE, `deployments/${PLANTED}`];
  await kubectl(tools, ["-n", NAMESPACE, "rollout", "status", `deployment/${PLANTED}`]);
  const before = await get<Workload>(tools, args);
  await applyResource(tools, planted({ BALANCED: "1", BURN_ROUNDS: String(ROUNDS / 5) }, 0));
  const tell = teller(say);
  const held = await until({ what: "the trial's end", seconds: 900 }, async () => {
    const status = await readStatus(tools, AT);
    if (status) tell(status);
    const [found] = status?.components ?? [];
    return found?.stage === "Held" && found;
  });
  assert.equal(held.verdicts.at(-1)?.verdict, "Failed");
  assert.equal(
    (await get<Workload>(tools, args))?.metadata.generation,
    before?.metadata.generation,
  );
  await removeResource(tools, AT);
  for (const object of objects.slice(1))
    await kubectl(tools, ["delete", "-f", "-"], { input: JSON.stringify(object) });
  await deliverOwn(tools);
};

const play = async (stage: Stage): Promise<void> => {
  const { tools } = stage;
  const before = await replicaSets(tools);
  const unchanged = async (): Promise<void> => {
    const after = await replicaSets(tools);
    for (const name of Object.keys(EXPECTED)) assert.equal(after[name], before[name]);
  };
  await crashing(stage);
  await unchanged();
  await missing(stage);
  await unchanged();
  await endMigration(stage, PIPELINE);
  await dear(stage);
};

export const badAgents: Story = {
  name: "bad-agents",
  promise: "an agent that does harm is taken back by itself, one that costs too much never arrives",
  play,
};
