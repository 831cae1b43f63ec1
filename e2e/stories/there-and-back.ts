/** All five steps forward with one real trial, the operator killed in the middle of it, and all the way back: not one failed request. */
import assert from "node:assert/strict";
import { readStatus } from "../kit/migration.ts";
import {
  applyResource,
  back,
  endMigration,
  killOperator,
  leftovers,
  reach,
  replicaSets,
  roomy,
  sample,
  type Stage,
  type Story,
  withoutTrials,
} from "../kit/story.ts";
import { until } from "../kit/wait.ts";

const MEASURED = "llm-gateway";

const play = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  const before = await replicaSets(tools);
  await applyResource(tools, roomy(withoutTrials(await sample(), MEASURED)));
  await until({ what: `a trial of ${MEASURED}`, seconds: 180 }, async () => {
    const status = await readStatus(tools);
    return status?.components.some((one) => one.stage === "Trial" && one.attempt);
  });
  say("killing the operator in the middle of the trial");
  await killOperator(tools);
  await reach(stage, { target: "Retired", seconds: 900 });
  const there = await readStatus(tools);
  const measured = there?.components.find(({ name }) => name === MEASURED)?.verdict;
  say(`${MEASURED}: ${measured?.message}`);
  assert.equal(measured?.verdict, "Passed");
  assert.match(measured.evidenceHash ?? "", /^sha256:/);
  const overhead = there?.conditions.find(({ type }) => type === "OverheadProven");
  assert.deepEqual([overhead?.status, overhead?.reason], ["False", "Skipped"]);

  await back(stage);
  assert.deepEqual(await replicaSets(tools).then(patient), patient(before));
  await until({ what: "what the operator made being gone", seconds: 60 }, async () => {
    const left = await leftovers(tools);
    return left.length === 0;
  });
  assert.ok(((await readStatus(tools))?.downtime?.sent ?? 0) > 100);
  await endMigration(stage);
};

const COMPONENTS = ["ingest-api", "llm-gateway", "worker"];
const patient = (sets: Record<string, string>): (string | undefined)[] =>
  COMPONENTS.map((name) => sets[name]);

export const thereAndBack: Story = {
  name: "there-and-back",
  promise:
    "a whole migration forward and back fails no request, and a killed operator changes nothing",
  play,
};
