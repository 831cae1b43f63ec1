/** The node of the operator is emptied in the middle of a rollout: pods of the workloads go with it, and so does what the operator knew. */
import assert from "node:assert/strict";
import { arrange, drain, OPERATOR, podsOf, uncordon } from "../kit/nodes.ts";
import {
  applyResource,
  back,
  endMigration,
  inStage,
  reach,
  sample,
  type Stage,
  type Story,
  withoutTrials,
} from "../kit/story.ts";

const play = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  const { anchor, away } = await arrange(stage);
  const resource = withoutTrials(await sample());
  await applyResource(tools, { ...resource, spec: { ...resource.spec, target: "Instrumented" } });
  await inStage(stage, "RollingOut");
  say(`emptying ${away} in the middle of a rollout`);
  await drain(tools, away);
  try {
    await reach(stage, { target: "Instrumented", seconds: 400 });
    const operators = await podsOf(tools, OPERATOR, "flashcard-otel");
    assert.deepEqual(
      operators.map(({ spec }) => spec.nodeName),
      [anchor],
    );
  } finally {
    await uncordon(tools, away);
  }
  await back(stage);
  await endMigration(stage);
};

export const operatorDrained: Story = {
  name: "operator-drained",
  promise:
    "a node that is emptied, the operator's own, neither stops a migration nor fails a request",
  nodes: 2,
  play,
};
