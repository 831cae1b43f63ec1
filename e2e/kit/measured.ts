/** One component's real trial, for stories in which something happens to it meanwhile. */
import assert from "node:assert/strict";
import type { ComponentStatus } from "../../operator/migration/schema.ts";
import { parseEvidence } from "../../verdict/evidence.ts";
import { judgeTrial } from "../../verdict/trial.ts";
import { get, type Tools } from "./kubectl.ts";
import { NAMESPACE, readStatus } from "./migration.ts";
import {
  applyResource,
  back,
  endMigration,
  leftovers,
  roomy,
  sample,
  type Stage,
  withoutTrials,
} from "./story.ts";
import { until } from "./wait.ts";

const MEASURED = "llm-gateway";

export const beginTrial = async (tools: Tools): Promise<void> => {
  const { spec, ...rest } = roomy(withoutTrials(await sample(), MEASURED));
  await applyResource(tools, { ...rest, spec: { ...spec, target: "Instrumented" } });
};

/** Blocks of a trial that something happens to: the verdict must not come before. */
const LONG_BLOCK = 150;

/** One component alone, with its real trial. */
export const beginTrialAlone = async (tools: Tools): Promise<void> => {
  const { spec, ...rest } = roomy(await sample());
  const components = spec.components
    .filter(({ name }) => name === MEASURED)
    .map(({ trial, ...component }) => ({
      ...component,
      trial: { ...(trial as object), pairsPerBlock: LONG_BLOCK },
    }));
  await applyResource(tools, { ...rest, spec: { ...spec, target: "Instrumented", components } });
};

export const measured = async (tools: Tools): Promise<ComponentStatus | undefined> =>
  (await readStatus(tools))?.components.find(({ name }) => name === MEASURED);

const errorsIn = ({ verdicts }: ComponentStatus): ComponentStatus["verdicts"] =>
  verdicts.filter(({ verdict }) => verdict === "Error");

/** The attempt that comes after so many others, once its load writes. */
export const underWay = ({ tools }: Stage, errors: number): Promise<string> =>
  until({ what: `attempt ${errors + 1} measuring`, seconds: 240, everyMs: 1000 }, async () => {
    const status = await measured(tools);
    const isMeasuring = status?.stage === "Trial" && status.verdict?.verdict === "Running";
    return isMeasuring && errorsIn(status).length === errors && status.attempt;
  });

/** In words, what the attempts so far have failed of, once there are so many. */
export const erred = ({ tools }: Stage, errors: number): Promise<string> =>
  until({ what: `error ${errors} of the trial`, seconds: 120, everyMs: 1000 }, async () => {
    const status = await measured(tools);
    const found = status ? errorsIn(status) : [];
    return found.length >= errors && `${found.at(-1)?.reason}: ${found.at(-1)?.message}`;
  });

/** The verdict is a pass, and its sealed record says the same to anybody. */
export const passedBySealedRecord = async (tools: Tools): Promise<string> => {
  const verdict = (await measured(tools))?.verdict;
  assert.equal(verdict?.verdict, "Passed");
  assert.equal(await computedAgain(tools, verdict.evidence ?? ""), verdict.message);
  return verdict.message;
};

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

/** The verdict is a pass; then the way back, and everything away. */
export const passedAndBack = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  const verdict = (await measured(tools))?.verdict;
  say(`${MEASURED}: ${verdict?.message}`);
  assert.equal(verdict?.verdict, "Passed");
  await backFromTrial(stage);
};

/** Nothing of the operator stays. */
export const backFromTrial = async (stage: Stage): Promise<void> => {
  await back(stage);
  await until(
    { what: "what the trials made being gone", seconds: 60 },
    async () => (await leftovers(stage.tools)).length === 0,
  );
  await endMigration(stage);
};
