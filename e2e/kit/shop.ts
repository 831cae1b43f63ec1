/** What stories about the shop's people have in common: a quick migration of its services, and what holds whatever they do. */
import assert from "node:assert/strict";
import type {
  ComponentStatus,
  Phase,
  Stage as ComponentStage,
} from "../../operator/migration/schema.ts";
import { get, kubectl, type Tools } from "./kubectl.ts";
import { readStatus, teller } from "./migration.ts";
import { nothingToApply, ORDERS, ordersMigration, type Releases } from "./orders.ts";
import { back, replicaSets, type Resource, roomy, type Stage, withoutTrials } from "./story.ts";
import { until } from "./wait.ts";

/** In migration order. */
export const SERVICES = ["packer", "orders"];
export const IN_SHOP = ["-n", ORDERS.namespace];

/** Many requests and a short soak; only the named component has a trial. */
export const shopMigration = async (target: Phase, measured?: string): Promise<Resource> => {
  const { spec, ...rest } = roomy(withoutTrials(await ordersMigration(), measured));
  const components = spec.components.map((one) => ({ ...one, rollout: { soakSeconds: 5 } }));
  const pulse = { ...(spec["pulse"] as object), ratePerSecond: 20 };
  return { ...rest, spec: { ...spec, target, components, pulse } };
};

export const componentOf = async (
  tools: Tools,
  name: string,
): Promise<ComponentStatus | undefined> =>
  (await readStatus(tools, ORDERS))?.components.find((one) => one.name === name);

interface Moment {
  what: string;
  seconds?: number;
}

/** Waits for a moment of the migration, and tells what it says meanwhile. */
export const meet = async (
  { tools, say }: Stage,
  { what, seconds = 300 }: Moment,
  isIt: (components: Record<string, ComponentStatus>, phase: Phase) => boolean | undefined,
): Promise<void> => {
  const tell = teller(say);
  await until({ what, seconds, everyMs: 100 }, async () => {
    const status = await readStatus(tools, ORDERS);
    if (!status) return undefined;
    tell(status);
    const byName = Object.fromEntries(status.components.map((one) => [one.name, one]));
    return isIt(byName, status.phase);
  });
};

export const inThe = (stage: Stage, name: string, wanted: ComponentStage): Promise<void> =>
  meet(stage, { what: `${name} being ${wanted}` }, (all) => all[name]?.stage === wanted);

/** At the phase, settled. */
export const settled = async (stage: Stage, phase: Phase, seconds = 400): Promise<void> => {
  const what = `the migration being settled at ${phase}`;
  const { tools, say } = stage;
  const tell = teller(say);
  await until({ what, seconds, everyMs: 500 }, async () => {
    const status = await readStatus(tools, ORDERS);
    if (status) tell(status);
    return status?.phase === phase && status.next?.reason === "Settled";
  });
};

interface Managed {
  metadata: {
    managedFields?: { manager: string; fieldsV1: Fields }[];
  };
}

interface Fields {
  [key: string]: Fields;
}

const leaves = (fields: Fields, path = ""): string[] =>
  Object.entries(fields).flatMap(([key, inner]) => {
    if (key === ".") return [];
    const here = `${path}/${key.replace(/^f:/, "")}`;
    return Object.keys(inner).length === 0 ? [here] : leaves(inner, here);
  });

/** Every field of a Deployment that the operator has written and not given back. */
const oursOn = async (tools: Tools, name: string): Promise<string[]> => {
  const deployment = await get<Managed>(tools, [
    ...IN_SHOP,
    `deployments/${name}`,
    "--show-managed-fields",
  ]);
  assert.ok(deployment, `there is no Deployment ${name}`);
  return (deployment.metadata.managedFields ?? [])
    .filter(({ manager }) => manager === "flashcard-otel")
    .flatMap(({ fieldsV1 }) => leaves(fieldsV1));
};

const MAY_BE_OURS = [
  "/spec/template/metadata/annotations/flashcard-otel.dev/agent",
  "/spec/minReadySeconds",
  "/spec/paused",
];

/** Of the workloads nothing is ours but what is documented, and their team has nothing to apply. */
export const nothingElseIsOurs = async (stage: Stage, releases?: Releases): Promise<void> => {
  await nothingToApply(stage, releases);
  for (const name of SERVICES)
    for (const field of await oursOn(stage.tools, name))
      assert.ok(MAY_BE_OURS.includes(field), `${name} has ${field} of ours`);
};

/** Of the workloads nothing is ours at all, and their team has nothing to apply. */
export const nothingIsOurs = async (stage: Stage, releases?: Releases): Promise<void> => {
  await nothingToApply(stage, releases);
  for (const name of SERVICES) assert.deepEqual(await oursOn(stage.tools, name), []);
};

/** All the way back: the pods are those from before, and of the workloads nothing is ours. */
export const backAsBefore = async (stage: Stage, before: Record<string, string>): Promise<void> => {
  await back(stage, ORDERS);
  const after = await replicaSets(stage.tools, ORDERS.namespace);
  for (const name of SERVICES) assert.equal(after[name], before[name]);
  await nothingIsOurs(stage);
};

/** `kubectl rollout VERB deployment/NAME`, as its team does it. */
export const rollout = ({ tools, say }: Stage, verb: string, name: string): Promise<string> => {
  say(`kubectl rollout ${verb} deployment/${name}`);
  return kubectl(tools, [...IN_SHOP, "rollout", verb, `deployment/${name}`]);
};
