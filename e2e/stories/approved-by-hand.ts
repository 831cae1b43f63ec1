/** `approval: Manual` all the way: before each approval nothing of the step has begun, after it the step goes to its end by itself. */
import assert from "node:assert/strict";
import type { Phase, Status } from "../../operator/migration/schema.ts";
import { get, kubectl } from "../kit/kubectl.ts";
import { readStatus } from "../kit/migration.ts";
import { installOrders, ORDERS } from "../kit/orders.ts";
import { backAsBefore, IN_SHOP, settled, shopMigration } from "../kit/shop.ts";
import { applyResource, endMigration, replicaSets, type Stage, type Story } from "../kit/story.ts";
import { until } from "../kit/wait.ts";

/** While its approval is awaited, what the next step does is not there: by the phase that has been reached. */
const notBegun: [Phase, (stage: Stage, status: Status) => Promise<boolean>][] = [
  [
    "Legacy",
    async ({ tools }) =>
      (await get(tools, [...IN_SHOP, `deployments/${ORDERS.name}-collector`])) === undefined,
  ],
  [
    "Alongside",
    async (_stage, { components }) => components.every((one) => one.hash === undefined),
  ],
  ["Instrumented", async (_stage, { switched }) => switched === undefined],
  ["Validated", async (_stage, { switched }) => switched === undefined],
  ["Switched", async (_stage, { components }) => components.every((one) => one.legacy === "on")],
];

const awaited = ({ tools }: Stage, phase: Phase): Promise<Status> =>
  until({ what: `an approval asked for at ${phase}`, seconds: 400, everyMs: 200 }, async () => {
    const status = await readStatus(tools, ORDERS);
    return status?.phase === phase && status.next?.reason === "WaitingForApproval" && status;
  });

const approve = async (stage: Stage, { phase, planHash }: Status): Promise<void> => {
  stage.say(`at ${phase}: approving ${planHash}`);
  const word = `flashcard-otel.dev/approve=${planHash}`;
  await kubectl(stage.tools, [...IN_SHOP, "annotate", "ft", ORDERS.name, "--overwrite", word]);
};

const play = async (stage: Stage): Promise<void> => {
  const { tools } = stage;
  const before = await replicaSets(tools, ORDERS.namespace);
  const { spec, ...rest } = await shopMigration("Retired");
  await applyResource(tools, { ...rest, spec: { ...spec, approval: "Manual" } });
  for (const [phase, isUntouched] of notBegun) {
    const status = await awaited(stage, phase);
    assert.ok(await isUntouched(stage, status), `at ${phase} the next step has begun unasked`);
    await approve(stage, status);
  }
  await settled(stage, "Retired");
  await backAsBefore(stage, before);
  await endMigration(stage, ORDERS);
};

export const approvedByHand: Story = {
  name: "approved-by-hand",
  promise: "with approval: Manual nothing of a step begins before somebody has said so",
  patient: installOrders,
  play,
};
