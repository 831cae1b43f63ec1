/** Everything but the twins of a running trial has to leave its node: they stay beside each other, and the trial is decided. */
import assert from "node:assert/strict";
import { follow, readStatus, setTarget, teller } from "../kit/migration.ts";
import { arrange, drain, type PodSeen, twins, twinsAwayFrom, uncordon } from "../kit/nodes.ts";
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

const idsOf = (pods: PodSeen[]): string[] => pods.map(({ metadata }) => metadata.uid).toSorted();

const play = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  const { anchor, away } = await arrange(stage);
  const resource = roomy(withoutTrials(await sample(), MEASURED));
  await applyResource(tools, { ...resource, spec: { ...resource.spec, target: "Instrumented" } });
  const before = await twinsAwayFrom(tools, away);
  say(`both twins run on ${anchor}; emptying ${away}, where the operator and half of the pods are`);
  await drain(tools, away);
  try {
    assert.deepEqual(idsOf(await twins(tools)), idsOf(before));
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

export const twinsTogether: Story = {
  name: "twins-together",
  promise: "the twins of a trial stay on one node while everything around them moves",
  nodes: 2,
  play,
};
