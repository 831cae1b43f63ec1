/** One component's real trial, for stories in which nodes come and go meanwhile. */
import assert from "node:assert/strict";
import type { Tools } from "./kubectl.ts";
import { readStatus } from "./migration.ts";
import {
  applyResource,
  back,
  endMigration,
  roomy,
  sample,
  type Stage,
  withoutTrials,
} from "./story.ts";

const MEASURED = "llm-gateway";

export const beginTrial = async (tools: Tools): Promise<void> => {
  const { spec, ...rest } = roomy(withoutTrials(await sample(), MEASURED));
  await applyResource(tools, { ...rest, spec: { ...spec, target: "Instrumented" } });
};

/** The verdict is a pass; then the way back, and everything away. */
export const passedAndBack = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  const status = await readStatus(tools);
  const verdict = status?.components.find(({ name }) => name === MEASURED)?.verdict;
  say(`${MEASURED}: ${verdict?.message}`);
  assert.equal(verdict?.verdict, "Passed");
  await back(stage);
  await endMigration(stage);
};
