/** The operator dies in the middle of a rollout, and again while it goes back: both end as if nothing had happened. */
import assert from "node:assert/strict";
import { setTarget } from "../kit/migration.ts";
import {
  applyResource,
  endMigration,
  inStage,
  killOperator,
  reach,
  replicaSets,
  sample,
  type Stage,
  type Story,
  withoutTrials,
} from "../kit/story.ts";

const play = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  const before = await replicaSets(tools);
  const resource = withoutTrials(await sample());
  await applyResource(tools, { ...resource, spec: { ...resource.spec, target: "Instrumented" } });
  await inStage(stage, "RollingOut");
  say("killing the operator in the middle of a rollout");
  await killOperator(tools);
  await reach(stage, { target: "Instrumented", seconds: 400 });
  await setTarget(tools, "Legacy");
  await inStage(stage, "TakingBack");
  say("killing the operator on the way back");
  await killOperator(tools);
  await reach(stage, { target: "Legacy", seconds: 400 });
  assert.deepEqual(await replicaSets(tools).then((sets) => sets["worker"]), before["worker"]);
  await endMigration(stage);
};

export const operatorKilled: Story = {
  name: "operator-killed",
  promise: "a killed operator resumes where the status says it was",
  play,
};
