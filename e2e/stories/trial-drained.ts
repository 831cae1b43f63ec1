/** The node of a running trial is emptied: the attempt is given up and made anew with fresh twins on another node. */
import { beginTrial, passedAndBack } from "../kit/measured.ts";
import { arrange, drain, twins, twinsAwayFrom, uncordon } from "../kit/nodes.ts";
import { reach, type Stage, type Story } from "../kit/story.ts";

const play = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  const { anchor, away } = await arrange(stage);
  await beginTrial(tools);
  await twinsAwayFrom(tools, anchor);
  say(`both twins run on ${away}; emptying it`);
  await drain(tools, away);
  try {
    await twins(tools, (node) => node === anchor);
    say(`fresh twins run on ${anchor}`);
    await reach(stage, { target: "Instrumented", seconds: 900 });
  } finally {
    await uncordon(tools, away);
  }
  await passedAndBack(stage);
};

export const trialDrained: Story = {
  name: "trial-drained",
  promise: "a trial whose node is emptied is measured anew elsewhere, and no verdict mixes the two",
  nodes: 2,
  play,
};
