/** The load, a twin and the operator die in the middle of a trial: an error with a reason, another attempt, and the same verdict in the end. */
import { kubectl } from "../kit/kubectl.ts";
import { NAMESPACE } from "../kit/migration.ts";
import {
  backFromTrial,
  beginTrialAlone,
  erred,
  passedBySealedRecord,
  underWay,
} from "../kit/measured.ts";
import { killOperator, reach, type Stage, type Story } from "../kit/story.ts";

const killPod = async (stage: Stage, attempt: string, role: string): Promise<void> => {
  const { tools, say } = stage;
  say(`killing the pod in the role of ${role} of attempt ${attempt}`);
  const selector = `flashcard-otel.dev/attempt=${attempt},flashcard-otel.dev/role=${role}`;
  const force = ["--grace-period=0", "--force", "--wait=false"];
  await kubectl(tools, ["-n", NAMESPACE, "delete", "pods", "-l", selector, ...force]);
};

const play = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  await beginTrialAlone(tools);
  await killPod(stage, await underWay(stage, 0), "load");
  say(await erred(stage, 1));
  await killPod(stage, await underWay(stage, 1), "injected");
  say(await erred(stage, 2));
  await underWay(stage, 2);
  say("killing the operator in the middle of the third attempt");
  await killOperator(tools);
  await reach(stage, { target: "Instrumented", seconds: 600 });
  say(await passedBySealedRecord(tools));
  await backFromTrial(stage);
};

export const trialKilled: Story = {
  name: "trial-killed",
  promise: "whoever dies in the middle of a trial leaves an error with a reason, never a verdict",
  play,
};
