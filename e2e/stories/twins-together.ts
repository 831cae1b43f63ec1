/** Everything but the twins of a running trial has to leave its node: they stay beside each other, and the trial is decided. */
import assert from "node:assert/strict";
import { beginTrial, passedAndBack } from "../kit/measured.ts";
import { arrange, drain, type PodSeen, twins, twinsAwayFrom, uncordon } from "../kit/nodes.ts";
import { reach, type Stage, type Story } from "../kit/story.ts";

const idsOf = (pods: PodSeen[]): string[] => pods.map(({ metadata }) => metadata.uid).toSorted();

const play = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  const { anchor, away } = await arrange(stage);
  await beginTrial(tools);
  const before = await twinsAwayFrom(tools, away);
  say(`both twins run on ${anchor}; emptying ${away}, where the operator and half of the pods are`);
  await drain(tools, away);
  try {
    assert.deepEqual(idsOf(await twins(tools)), idsOf(before));
    await reach(stage, { target: "Instrumented", seconds: 900 });
  } finally {
    await uncordon(tools, away);
  }
  await passedAndBack(stage);
};

export const twinsTogether: Story = {
  name: "twins-together",
  promise: "the twins of a trial stay on one node while everything around them moves",
  nodes: 2,
  play,
};
