/** The kubelet dies in the middle of a trial and comes back: pods run on, nobody notices, and the trial ends as its record says. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  backFromTrial,
  beginTrialAlone,
  measured,
  passedBySealedRecord,
  underWay,
} from "../kit/measured.ts";
import { reach, type Stage, type Story } from "../kit/story.ts";

/** Below the 50 s after which a node counts as lost. */
const AWAY_MS = 20_000;

const play = async (stage: Stage): Promise<void> => {
  const { tools, say, kubelet } = stage;
  if (!kubelet) throw new Error("the story ends a kubelet: npm run e2e -- --provider direct");
  await beginTrialAlone(tools);
  await underWay(stage, 0);
  say("killing the kubelet in the middle of the trial");
  await kubelet.kill();
  try {
    await sleep(AWAY_MS);
  } finally {
    await kubelet.start();
  }
  say(`the kubelet is back after ${AWAY_MS / 1000} s`);
  await reach(stage, { target: "Instrumented", seconds: 600 });
  for (const { verdict, reason, message } of (await measured(tools))?.verdicts ?? [])
    say(`${verdict} ${reason}: ${message}`);
  say(await passedBySealedRecord(tools));
  await backFromTrial(stage);
};

export const kubeletKilled: Story = {
  name: "kubelet-killed",
  promise: "a kubelet that dies in the middle of a trial costs no request and no verdict",
  kubelet: true,
  play,
};
