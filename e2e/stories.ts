/** Every story, in the order in which they are told. A new one is a line here; `npm run test:full` takes it from here too. */
import type { Story } from "./kit/story.ts";
import { approvedByHand } from "./stories/approved-by-hand.ts";
import { backFromEverywhere } from "./stories/back-from-everywhere.ts";
import { backendDrained } from "./stories/backend-drained.ts";
import { badAgents } from "./stories/bad-agents.ts";
import { brokenResources } from "./stories/broken-resources.ts";
import { chart } from "./stories/chart.ts";
import { consoleLive } from "./stories/console-live.ts";
import { expiredCertificate } from "./stories/expired-certificate.ts";
import { foreignService } from "./stories/foreign-service.ts";
import { everyNode } from "./stories/every-node.ts";
import { objectiveBurning } from "./stories/objective-burning.ts";
import { operatorDrained } from "./stories/operator-drained.ts";
import { operatorKilled } from "./stories/operator-killed.ts";
import { operatorKilledOften } from "./stories/operator-killed-often.ts";
import { otherKinds } from "./stories/other-kinds.ts";
import { resourceEdits } from "./stories/resource-edits.ts";
import { restrictedNamespace } from "./stories/restricted-namespace.ts";
import { thereAndBack } from "./stories/there-and-back.ts";
import { kubeletKilled } from "./stories/kubelet-killed.ts";
import { trialKilled } from "./stories/trial-killed.ts";
import { trialDrained } from "./stories/trial-drained.ts";
import { twoTrials } from "./stories/two-trials.ts";
import { twinsTogether } from "./stories/twins-together.ts";
import { twoOperators } from "./stories/two-operators.ts";
import { uninstalledMidway } from "./stories/uninstalled-midway.ts";
import { userActs } from "./stories/user-acts.ts";
import { webhookGone } from "./stories/webhook-gone.ts";

export const stories: Story[] = [
  thereAndBack,
  foreignService,
  chart,
  consoleLive,
  brokenResources,
  operatorKilled,
  operatorKilledOften,
  trialKilled,
  kubeletKilled,
  twoTrials,
  webhookGone,
  objectiveBurning,
  otherKinds,
  userActs,
  resourceEdits,
  backFromEverywhere,
  approvedByHand,
  badAgents,
  twoOperators,
  expiredCertificate,
  restrictedNamespace,
  uninstalledMidway,
  everyNode,
  operatorDrained,
  backendDrained,
  twinsTogether,
  trialDrained,
];
