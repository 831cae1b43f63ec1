/** A burst of failures in the middle of a migration: while the objective burns no step is taken, when it is over the next one is. */
import assert from "node:assert/strict";
import { follow, NAMESPACE, readStatus, setTarget, teller } from "../kit/migration.ts";
import { get } from "../kit/kubectl.ts";
import {
  applyResource,
  endMigration,
  type Resource,
  roomy,
  sample,
  type Stage,
  type Story,
  withoutTrials,
} from "../kit/story.ts";
import { upload } from "../kit/upload.ts";
import { until } from "../kit/wait.ts";

const SERVICE = "llm-gateway";

/**
 * The pulse has a word that the model refuses, so one answer in a hundred of this service is an error: three times what 99.7 % allow,
 * which is not fast. There is no history yet: a burst counts in all windows until enough good answers have followed it.
 */
const OBJECTIVE = {
  name: "answers",
  component: SERVICE,
  indicator: "Availability",
  targetPercent: 99.7,
};

/** Also with a collector whose queue lies on a disk of its own. */
const promising = ({ spec, ...rest }: Resource): Resource => ({
  ...rest,
  spec: {
    ...spec,
    target: "Instrumented",
    objectives: [OBJECTIVE],
    backends: {
      collector: { queue: { storage: "PersistentVolumeClaim", storageMiB: 256 } },
    },
  },
});

const SYLLABLES = "가나다라마바사아자차카타파하";
const WORDS = 300;

/** New words, every tenth of which the model refuses for ever: too few for its breaker. */
const burst = (): string => {
  const term = (nth: number): string =>
    `${SYLLABLES[nth % 14] ?? ""}${SYLLABLES[Math.floor(nth / 14) % 14] ?? ""}${SYLLABLES[Math.floor(nth / 196)] ?? ""}`;
  const rows = Array.from(
    { length: WORDS },
    (_, nth) => `${nth + 1},${nth % 10 === 0 ? "반오류" : ""}${term(nth)},noun`,
  );
  return ["position,term,type", ...rows].join("\n");
};

const stateIn = async ({ tools }: Stage): Promise<string | undefined> =>
  (await readStatus(tools))?.objectives?.[0]?.state;

const becomes = (stage: Stage, state: string, seconds: number): Promise<unknown> =>
  until({ what: `the objective being ${state}`, seconds }, async () =>
    (await stateIn(stage)) === state ? state : undefined,
  );

/** Until the budget no longer burns fast; in every look at it the phase must be the old one. */
const heldWhileBurning = (stage: Stage): Promise<number> => {
  let looks = 0;
  return until({ what: "the end of the burst", seconds: 900 }, async () => {
    const status = await readStatus(stage.tools);
    if (status?.objectives?.[0]?.state !== "Burning") return looks;
    assert.equal(status.phase, "Instrumented");
    looks += status.next?.reason === "ObjectiveBurning" ? 1 : 0;
    return undefined;
  });
};

interface Claims {
  items: { metadata: { name: string }; status: { phase: string } }[];
}

const play = async (stage: Stage): Promise<void> => {
  const { tools, say } = stage;
  await applyResource(tools, promising(roomy(withoutTrials(await sample()))));
  const there = await follow(tools, { target: "Instrumented", seconds: 600, tell: teller(say) });
  assert.equal(there, "Reached");
  await becomes(stage, "Met", 60);
  const claims = await get<Claims>(tools, ["-n", NAMESPACE, "persistentvolumeclaims"]);
  const own = claims?.items.find(({ metadata }) => metadata.name === "queue-pipeline-collector-0");
  assert.equal(own?.status.phase, "Bound");

  say("uploading words of which every tenth fails");
  say(await upload(tools, burst()));
  await becomes(stage, "Burning", 120);
  say("the objective burns; raising the target to Validated");
  await setTarget(tools, "Validated");
  const looks = await heldWhileBurning(stage);
  say(`Instrumented in every look while it burned, ${looks} times with ObjectiveBurning`);
  assert.ok(looks > 0);

  const forward = await follow(tools, { target: "Validated", seconds: 600, tell: teller(say) });
  assert.equal(forward, "Reached");
  await endMigration(stage);
};

export const objectiveBurning: Story = {
  name: "objective-burning",
  promise: "while an error budget burns no step is taken, and none is forgotten",
  play,
};
