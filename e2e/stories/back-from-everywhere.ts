/**
 * Back from every step: the target is lowered while the step is on its way, and again the next time one step further. Each time the pods
 * are those from before, and no request fails. From the end of all steps there-and-back comes back.
 */
import assert from "node:assert/strict";
import type { Phase, Status } from "../../operator/migration/schema.ts";
import { readStatus } from "../kit/migration.ts";
import { installOrders, ORDERS } from "../kit/orders.ts";
import { backAsBefore, inThe, meet, shopMigration } from "../kit/shop.ts";
import { applyResource, endMigration, replicaSets, type Stage, type Story } from "../kit/story.ts";
import { until } from "../kit/wait.ts";

const MEASURED = "orders";

interface Turn {
  from: string;
  target: Phase;
  /** Resolves when the way back is to begin. */
  moment: (stage: Stage) => Promise<void>;
}

/** While the migration is at a phase and says so of the next one. */
const saying =
  (phase: Phase, isIt: (status: Status) => boolean) =>
  async ({ tools }: Stage): Promise<void> => {
    const what = `the step after ${phase} being on its way`;
    await until({ what, seconds: 400, everyMs: 100 }, async () => {
      const status = await readStatus(tools, ORDERS);
      return status?.phase === phase && isIt(status);
    });
  };

const turns: Turn[] = [
  {
    from: "the start of the backends",
    target: "Alongside",
    moment: saying("Legacy", ({ next }) => next?.reason === "BackendsStarting"),
  },
  { from: "a rollout", target: "Retired", moment: (stage) => inThe(stage, "packer", "RollingOut") },
  {
    from: "a soak, with the other component in its trial next",
    target: "Retired",
    moment: (stage) => inThe(stage, "packer", "Soaking"),
  },
  {
    from: "a trial",
    target: "Retired",
    moment: (stage) =>
      meet(
        stage,
        { what: "a trial that measures" },
        (all) => all[MEASURED]?.stage === "Trial" && all[MEASURED]?.verdict?.verdict === "Running",
      ),
  },
  { from: "the comparison", target: "Retired", moment: saying("Instrumented", () => true) },
  {
    from: "half a switch",
    target: "Retired",
    moment: saying("Validated", ({ switched }) => switched !== undefined),
  },
  {
    from: "half a retirement",
    target: "Retired",
    moment: (stage) =>
      meet(
        stage,
        { what: "legacy emitters going off" },
        (all, phase) => phase === "Switched" && all["packer"]?.legacy === "off",
      ),
  },
];

const turn = async (
  stage: Stage,
  { from, target, moment }: Turn,
  before: Record<string, string>,
): Promise<void> => {
  stage.say(`\nback from ${from}`);
  await applyResource(stage.tools, await shopMigration(target, MEASURED));
  await moment(stage);
  await backAsBefore(stage, before);
  assert.equal((await readStatus(stage.tools, ORDERS))?.downtime?.failed, 0);
};

const play = async (stage: Stage): Promise<void> => {
  const before = await replicaSets(stage.tools, ORDERS.namespace);
  for (const one of turns) await turn(stage, one, before);
  await endMigration(stage, ORDERS);
};

export const backFromEverywhere: Story = {
  name: "back-from-everywhere",
  promise:
    "from the middle of every step the pods come back as they were, without a failed request",
  patient: installOrders,
  play,
};
