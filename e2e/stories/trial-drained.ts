/** The node of a running trial is emptied: the attempt is given up and made anew with fresh twins on another node. */
import assert from "node:assert/strict";
import { follow, readStatus, setTarget, teller } from "../kit/migration.ts";
import { arrange, drain, twins, twinsAwayFrom, uncordon } from "../kit/nodes.ts";
import {
  applyResource,
  endMigration,
  roomy,
  sample,
  type Stage,
  type Story,
  withoutTrials,
} from "../kit/story.ts";

const MEASURED = "llm-gateway";

const play = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  const { anchor, away } = await arrange(stage);
  const resource = roomy(withoutTrials(await sample(), MEASURED));
  await applyResource(tools, { ...resource, spec: { ...resource.spec, target: "Instrumented" } });
  await twinsAwayFrom(tools, anchor);
  say(`both twins run on ${away}; emptying it`);
  await drain(tools, away);
  try {
    await twins(tools, (node) => node === anchor);
    say(`fresh twins run on ${anchor}`);
    const end = await follow(tools, { target: "Instrumented", seconds: 900, tell: teller(say) });
    assert.equal(end, "Reached");
  } finally {
    await uncordon(tools, away);
  }
  const status = await readStatus(tools);
  const verdict = status?.components.find(({ name }) => name === MEASURED)?.verdict;
  say(`${MEASURED}: ${verdict?.message}`);
  assert.equal(verdict?.verdict, "Passed");
  await setTarget(tools, "Legacy");
  assert.equal(
    await follow(tools, { target: "Legacy", seconds: 400, tell: teller(say) }),
    "Reached",
  );
  await endMigration(stage);
};

export const trialDrained: Story = {
  name: "trial-drained",
  promise: "a trial whose node is emptied is measured anew elsewhere, and no verdict mixes the two",
  nodes: 2,
  play,
};
