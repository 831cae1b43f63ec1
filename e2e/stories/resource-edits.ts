/**
 * The resource is edited in the middle of a step, and at last deleted: what it says now counts, what it no longer names gets its
 * workload back, and no request fails.
 */
import assert from "node:assert/strict";
import { readStatus } from "../kit/migration.ts";
import { installOrders, ORDERS } from "../kit/orders.ts";
import {
  componentOf,
  inThe,
  meet,
  nothingElseIsOurs,
  nothingIsOurs,
  SERVICES,
  settled,
  shopMigration,
} from "../kit/shop.ts";
import {
  applyResource,
  leftovers,
  removeResource,
  replicaSets,
  type Resource,
  type Stage,
  type Story,
} from "../kit/story.ts";
import { endTraffic, startTraffic } from "../kit/traffic.ts";

const edited = (resource: Resource, difference: Partial<Resource["spec"]>): Resource => ({
  ...resource,
  spec: { ...resource.spec, ...difference },
});

/** What the agent is told changes in the middle of the first rollout: in the end all pods are told the same. */
const budget = async (stage: Stage, resource: Resource): Promise<Resource> => {
  const { tools, say } = stage;
  await applyResource(tools, resource);
  await inThe(stage, "packer", "RollingOut");
  const first = (await componentOf(tools, "packer"))?.hash;
  say("another budget, while packer is rolled out");
  const next = edited(resource, {
    budget: { ...(resource.spec["budget"] as object), cpuPercent: 50 },
  });
  await applyResource(tools, next);
  await meet(
    stage,
    { what: "packer carrying the new configuration" },
    ({ packer }) => packer?.stage === "Instrumented" && packer.hash !== first,
  );
  return next;
};

/** Taken off in the middle of its own rollout: its pods are what they were, and the others stay as they are. */
const takenOff = async (stage: Stage, resource: Resource, before: string): Promise<void> => {
  const { tools, say } = stage;
  await inThe(stage, "orders", "RollingOut");
  say("orders is taken off the list while it is rolled out");
  const components = resource.spec.components.filter(({ name }) => name !== "orders");
  await applyResource(tools, edited(resource, { components }));
  await meet(stage, { what: "orders being forgotten" }, (all) => all["orders"] === undefined);
  await settled(stage, "Instrumented");
  assert.equal((await replicaSets(tools, ORDERS.namespace))["orders"], before);
  assert.equal((await componentOf(tools, "packer"))?.stage, "Instrumented");
  await nothingElseIsOurs(stage);
};

/** In the middle of a rollout, by its owner; the object goes when everything is restored. */
const deleted = async (stage: Stage, resource: Resource): Promise<void> => {
  const { tools, say } = stage;
  const components = resource.spec.components.map((one) => ({ ...one, profile: "Metrics" }));
  await applyResource(tools, edited(resource, { components }));
  await inThe(stage, "packer", "RollingOut");
  say("deleting the resource in the middle of a rollout");
  await removeResource(tools, ORDERS);
};

const play = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  const before = await replicaSets(tools, ORDERS.namespace);
  const resource = await budget(stage, await shopMigration("Instrumented"));
  await takenOff(stage, resource, before["orders"] ?? "");
  say("orders is put on the list again");
  await applyResource(tools, resource);
  await meet(stage, { what: "orders on its way" }, (all) => all["orders"] !== undefined);
  await settled(stage, "Instrumented");
  const seen = (await readStatus(tools, ORDERS))?.downtime;
  assert.equal(seen?.failed, 0);
  stage.pulse(seen);
  await startTraffic(stage, ORDERS);
  await deleted(stage, resource);
  await endTraffic(stage, ORDERS);
  const after = await replicaSets(tools, ORDERS.namespace);
  for (const name of SERVICES) assert.equal(after[name], before[name]);
  assert.deepEqual(await leftovers(tools, ORDERS.namespace), []);
  await nothingIsOurs(stage);
};

export const resourceEdits: Story = {
  name: "resource-edits",
  promise: "a resource that is edited, or deleted, in the middle of a step is followed at once",
  patient: installOrders,
  play,
};
