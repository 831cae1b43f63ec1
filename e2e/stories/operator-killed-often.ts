/** Twenty times in one migration the operator dies, at moments that nobody chose: there and back end as if nothing had happened. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { readStatus } from "../kit/migration.ts";
import {
  applyResource,
  back,
  endMigration,
  killOperator,
  reach,
  replicaSets,
  roomy,
  sample,
  type Stage,
  type Story,
  withoutTrials,
} from "../kit/story.ts";

const KILLS = 20;
/** From one death to the next; a new operator may have to wait for the lease of the old one before it does anything. */
const LEAST_SECONDS = 5;
const MOST_SECONDS = 13;

/** How many there were when `ended` came. */
const keepKilling = async ({ tools, say }: Stage, ended: AbortSignal): Promise<number> => {
  let kills = 0;
  while (kills < KILLS) {
    const seconds = LEAST_SECONDS + Math.random() * (MOST_SECONDS - LEAST_SECONDS);
    await sleep(seconds * 1000, undefined, { signal: ended }).catch(() => undefined);
    if (ended.aborted) break;
    const { phase, next } = (await readStatus(tools)) ?? {};
    await killOperator(tools);
    kills += 1;
    say(`death ${kills} of ${KILLS}, at ${phase}: ${next?.what}, ${next?.reason}`);
  }
  return kills;
};

const SERVICES = ["llm-gateway", "worker", "ingest-api"];

const play = async (stage: Stage): Promise<void> => {
  const { tools } = stage;
  const before = await replicaSets(tools);
  const { spec, ...rest } = roomy(withoutTrials(await sample()));
  await applyResource(tools, { ...rest, spec: { ...spec, target: "Validated" } });
  const ended = new AbortController();
  const deaths = keepKilling(stage, ended.signal);
  // Told where it is awaited.
  deaths.catch(() => undefined);
  try {
    await reach(stage, { target: "Validated", seconds: 1500 });
    await back(stage);
  } finally {
    ended.abort();
  }
  assert.equal(await deaths, KILLS);
  const after = await replicaSets(tools);
  for (const name of SERVICES) assert.deepEqual(after[name], before[name]);
  await endMigration(stage);
};

export const operatorKilledOften: Story = {
  name: "operator-killed-often",
  promise:
    "an operator that dies twenty times in one migration loses nothing and does nothing twice",
  play,
};
