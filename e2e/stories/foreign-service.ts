/** Services of another team, which know nothing of us: all five steps forward with one real trial, and all the way back. */
import assert from "node:assert/strict";
import { readStatus } from "../kit/migration.ts";
import { installOrders, ORDERS, ordersMigration } from "../kit/orders.ts";
import {
  applyResource,
  back,
  endMigration,
  reach,
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
  await reach(stage, { target: "Retired", seconds: 700, at: ORDERS });
  const there = await readStatus(tools, ORDERS);
  const { verdict } = there?.components.find(({ name }) => name === MEASURED) ?? {};
  say(`${MEASURED}: ${verdict?.message}`);
  assert.equal(verdict?.verdict, "Passed");
  const rows = there?.parity?.rows ?? [];
  for (const { row, verdict: found, message } of rows) say(`parity of ${row}: ${found} ${message}`);
  assert.deepEqual(
    rows.map(({ row }) => row),
    ["requests", "orders", "statements", "open", "requests: spans"],
  );

  await back(stage, ORDERS);
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
