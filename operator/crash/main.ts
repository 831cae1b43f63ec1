/**
 * The reconciler on a real API server, with a fault at every place where it writes.
 *
 *   npm run crash-plans -- [--all] [--slow] [--only TEXT] [--json FILE]
 *
 * Every distinct write, or with --all every occurrence, times five modes; --slow instead with an API server that answers late, asks to
 * come again (429), gives lists that are one look old, or loses its watches; --only plays the plans whose title holds TEXT.
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { type Chapter, chapters } from "./chapters.ts";
import { MODES, SLOW_MODES } from "./lives.ts";
import { type Plan, plansOf, play, record, type Recording, stalePlans, titleOf } from "./play.ts";
import { openStage, type Stage } from "./stage.ts";

interface Failure {
  plan: string;
  why: string[];
}

const say = (line: string): void => console.log(line);
const since = (began: number): number => Math.round((performance.now() - began) / 100) / 10;

const recordAll = async (stage: Stage): Promise<Recording[]> => {
  const recordings = new Map<string, Recording>();
  const pastOf = ({ name, after }: Chapter) => {
    const past = after === undefined ? undefined : recordings.get(after);
    if (after !== undefined && !past) throw new Error(`${name} comes before ${after}`);
    return past?.after;
  };
  for (const chapter of chapters) {
    const began = performance.now();
    const recording = await record(stage, chapter, pastOf(chapter));
    recordings.set(chapter.name, recording);
    const writes = recording.looks.flatMap((look) => look.writes).length;
    say(`${chapter.name}: ${recording.looks.length} looks, ${writes} writes, ${since(began)} s`);
  }
  return [...recordings.values()];
};

const playAll = async (stage: Stage, plans: Plan[]): Promise<Failure[]> => {
  const failed: Failure[] = [];
  for (const plan of plans) {
    const why = await play(stage, plan).catch((error: Error) => [error.message]);
    if (why.length === 0) continue;
    failed.push({ plan: titleOf(plan), why });
    say(`FAILED ${titleOf(plan)}\n  ${why.join("\n  ")}`);
  }
  return failed;
};

const { values } = parseArgs({
  options: {
    all: { type: "boolean", default: false },
    slow: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    json: { type: "string" },
  },
});
const stage = await openStage();
try {
  const recordings = await recordAll(stage);
  const modes = values.slow ? SLOW_MODES : MODES;
  const writeModes = modes.filter((mode) => mode !== "stale");
  const { sites, plans: planned } = plansOf(recordings, writeModes, values.all);
  const stale = values.slow ? stalePlans(recordings) : [];
  const plans = [...planned, ...stale].filter((plan) => titleOf(plan).includes(values.only));
  const began = performance.now();
  const failed = await playAll(stage, plans);
  const seconds = since(began);
  say(
    `crash plans: ${sites} sites, ${modes.length} modes, ${plans.length} plans, ${failed.length} failed, ${seconds} s`,
  );
  const result = { sites, modes: modes.length, plans: plans.length, seconds, failed };
  if (values.json) await writeFile(values.json, `${JSON.stringify(result, undefined, 2)}\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  await stage.stop();
}
