/** The node of the backends is emptied while telemetry flows: they come back on another node, and the migration goes on. */
import assert from "node:assert/strict";
import { MIGRATION, setTarget } from "../kit/migration.ts";
import { arrange, avoiding, drain, podsOf, uncordon } from "../kit/nodes.ts";
import {
  applyResource,
  back,
  endMigration,
  reach,
  sample,
  type Stage,
  type Story,
  withoutTrials,
} from "../kit/story.ts";

const BACKENDS = `flashcard-otel.dev/migration=${MIGRATION},app.kubernetes.io/component in (collector,jaeger,prometheus)`;

const play = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  const { anchor, away } = await arrange(stage);
  const resource = withoutTrials(await sample());
  await avoiding(tools, anchor, async () => {
    await applyResource(tools, { ...resource, spec: { ...resource.spec, target: "Alongside" } });
    await reach(stage, { target: "Alongside", seconds: 300 });
  });
  const held = await podsOf(tools, BACKENDS);
  assert.deepEqual(new Set(held.map(({ spec }) => spec.nodeName)), new Set([away]));
  say(`emptying ${away}, which holds all ${held.length} backends`);
  await drain(tools, away);
  try {
    await setTarget(tools, "Instrumented");
    await reach(stage, { target: "Instrumented", seconds: 400 });
  } finally {
    await uncordon(tools, away);
  }
  await back(stage);
  await endMigration(stage);
};

export const backendDrained: Story = {
  name: "backend-drained",
  promise:
    "backends that have to leave their node come back on another one, and no request notices",
  nodes: 2,
  play,
};
