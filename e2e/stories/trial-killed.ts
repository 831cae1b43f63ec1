/** The load, a twin and the operator die in the middle of a trial: an error with a reason, another attempt, and the same verdict in the end. */
import assert from "node:assert/strict";
import type { ComponentStatus } from "../../operator/migration/schema.ts";
import { parseEvidence } from "../../verdict/evidence.ts";
import { judgeTrial } from "../../verdict/trial.ts";
import { get, kubectl, type Tools } from "../kit/kubectl.ts";
import { NAMESPACE, readStatus } from "../kit/migration.ts";
import {
  applyResource,
  back,
  endMigration,
  killOperator,
  leftovers,
  reach,
  roomy,
  sample,
  type Stage,
  type Story,
  withoutTrials,
} from "../kit/story.ts";
import { until } from "../kit/wait.ts";

const MEASURED = "llm-gateway";

const measured = async (tools: Tools): Promise<ComponentStatus | undefined> =>
  (await readStatus(tools))?.components.find(({ name }) => name === MEASURED);

/** The attempt that comes after so many others, once its load writes. */
const underWay = ({ tools }: Stage, errors: number): Promise<string> =>
  until({ what: `attempt ${errors + 1} measuring`, seconds: 240, everyMs: 1000 }, async () => {
    const status = await measured(tools);
    const ended = status?.verdicts.filter(({ verdict }) => verdict === "Error").length ?? 0;
    const isMeasuring = status?.stage === "Trial" && status.verdict?.verdict === "Running";
    return isMeasuring && ended === errors && status.attempt;
  });

const killPod = async (stage: Stage, attempt: string, role: string): Promise<void> => {
  const { tools, say } = stage;
  say(`killing the pod in the role of ${role} of attempt ${attempt}`);
  const selector = `flashcard-otel.dev/attempt=${attempt},flashcard-otel.dev/role=${role}`;
  const force = ["--grace-period=0", "--force", "--wait=false"];
  await kubectl(tools, ["-n", NAMESPACE, "delete", "pods", "-l", selector, ...force]);
};

const erred = ({ tools }: Stage, errors: number): Promise<string> =>
  until({ what: `error ${errors} of the trial`, seconds: 120, everyMs: 1000 }, async () => {
    const found = (await measured(tools))?.verdicts.filter(({ verdict }) => verdict === "Error");
    return found && found.length >= errors && `${found.at(-1)?.reason}: ${found.at(-1)?.message}`;
  });

/** From the sealed record, as anybody could. */
const computedAgain = async (tools: Tools, evidence: string): Promise<string> => {
  const record = await get<{ immutable?: boolean; data: Record<string, string> }>(tools, [
    "-n",
    NAMESPACE,
    "configmap",
    evidence,
  ]);
  assert.equal(record?.immutable, true);
  const parsed = parseEvidence(record.data["evidence.jsonl"] ?? "");
  assert.ok("lines" in parsed);
  return judgeTrial(parsed, { cpuPercent: 100, guardPercent: 100, tailPercent: 100, alpha: 0.05 })
    .message;
};

const play = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  const resource = roomy(withoutTrials(await sample(), MEASURED));
  const only = resource.spec.components.filter(({ name }) => name === MEASURED);
  await applyResource(tools, {
    ...resource,
    spec: { ...resource.spec, target: "Instrumented", components: only },
  });

  await killPod(stage, await underWay(stage, 0), "load");
  say(await erred(stage, 1));
  await killPod(stage, await underWay(stage, 1), "injected");
  say(await erred(stage, 2));
  await underWay(stage, 2);
  say("killing the operator in the middle of the third attempt");
  await killOperator(tools);
  await reach(stage, { target: "Instrumented", seconds: 600 });

  const verdict = (await measured(tools))?.verdict;
  assert.equal(verdict?.verdict, "Passed");
  assert.equal(await computedAgain(tools, verdict.evidence ?? ""), verdict.message);
  await back(stage);
  await until({ what: "what the trials made being gone", seconds: 60 }, async () => {
    const left = await leftovers(tools);
    return left.length === 0;
  });
  await endMigration(stage);
};

export const trialKilled: Story = {
  name: "trial-killed",
  promise: "whoever dies in the middle of a trial leaves an error with a reason, never a verdict",
  play,
};
