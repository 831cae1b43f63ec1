/** Services of another team, which know nothing of us: all five steps forward with one real trial, and all the way back. */
import assert from "node:assert/strict";
import { follow, readStatus, setTarget, teller } from "../kit/migration.ts";
import { installOrders, ORDERS, ordersMigration } from "../kit/orders.ts";
import {
  applyResource,
  endMigration,
  replicaSets,
  roomy,
  type Stage,
  type Story,
  withoutTrials,
} from "../kit/story.ts";

const MEASURED = "orders";

const play = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  const before = await replicaSets(tools, ORDERS.namespace);
  await applyResource(tools, roomy(withoutTrials(await ordersMigration(), MEASURED)));
  const journey = { tell: teller(say), at: ORDERS };
  assert.equal(await follow(tools, { target: "Retired", seconds: 700, ...journey }), "Reached");
  const there = await readStatus(tools, ORDERS);
  const { verdict } = there?.components.find(({ name }) => name === MEASURED) ?? {};
  say(`${MEASURED}: ${verdict?.message}`);
  assert.equal(verdict?.verdict, "Passed");
  for (const { row, verdict: found, message } of there?.parity?.rows ?? [])
    say(`parity of ${row}: ${found} ${message}`);
  assert.equal(there?.parity?.rows.length, 4);

  say("lowering the target to Legacy");
  await setTarget(tools, "Legacy", ORDERS);
  assert.equal(await follow(tools, { target: "Legacy", seconds: 400, ...journey }), "Reached");
  const after = await replicaSets(tools, ORDERS.namespace);
  for (const name of ["orders", "packer"]) assert.equal(after[name], before[name]);
  await endMigration(stage, ORDERS);
};

export const foreignService: Story = {
  name: "foreign-service",
  promise: "services of another team migrate forward and back without a failed request",
  patient: installOrders,
  play,
};
