/**
 * The reconciler on a real API server, with a fault at every place where it writes.
 *
 *   npm run crash-plans -- [--all] [--slow] [--only TEXT] [--json FILE]
 *
 * Every distinct write times five modes, until the run is again where the undisturbed one was; with --all every occurrence, to the
 * end of its chapter; --slow instead with an API server that answers late, asks to come again (429), gives lists that are one look
 * old, or loses its watches; --only plays the plans whose title holds TEXT.
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { type Chapter, chapters } from "./chapters.ts";
import { MODES, SLOW_MODES } from "./lives.ts";
import {
  type Plan,
  plansOf,
  play,
  record,
  type Recording,
  stalePlans,
  titleOf,
  type Until,
} from "./play.ts";
import { openStage, type Stage } from "./stage.ts";

interface Failure {
  plan: string;
  why: string[];
}

const say = (line: string): void => console.log(line);
const TELL_EVERY_MS = 30_000;
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

/** Plays every plan that is this stage's, the first, second, ... of as many as there are stages. */
const playShare = async (stage: Stage, plans: Plan[], share: number): Promise<Failure[]> => {
  const failed: Failure[] = [];
  const mine = plans.filter((_plan, nth) => nth % STAGES === share);
  let told = performance.now();
  for (const [nth, plan] of mine.entries()) {
    if (performance.now() - told > TELL_EVERY_MS) {
      told = performance.now();
      say(`stage ${share + 1} of ${STAGES}: ${nth} of ${mine.length} plans played`);
    }
    const why = await play(stage, plan, UNTIL).catch((error: Error) => [error.message]);
    if (why.length === 0) continue;
    failed.push({ plan: titleOf(plan), why });
    say(`FAILED ${titleOf(plan)}\n  ${why.join("\n  ")}`);
  }
  return failed;
};

/** A plan waits as much as it computes; more than two would only wait for each other. */
const STAGES = 2;

const { values } = parseArgs({
  options: {
    all: { type: "boolean", default: false },
    slow: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    json: { type: "string" },
  },
});
const modes = values.slow ? SLOW_MODES : MODES;
const UNTIL: Until = values.all || values.slow ? "end" : "joins";

const planned = (recordings: Recording[]): { sites: number; plans: Plan[] } => {
  const writeModes = modes.filter((mode) => mode !== "stale");
  const { sites, plans } = plansOf(recordings, writeModes, values.all);
  const all = [...plans, ...(values.slow ? stalePlans(recordings) : [])];
  return { sites, plans: all.filter((plan) => titleOf(plan).includes(values.only)) };
};

/** Each stage records for itself: what lies in its etcd has its own UIDs. */
const perform = async (share: number): Promise<Performed> => {
  const stage = await openStage();
  try {
    const { sites, plans } = planned(await recordAll(stage));
    const began = performance.now();
    const failed = await playShare(stage, plans, share);
    return { sites, plans: plans.length, failed, seconds: since(began) };
  } finally {
    await stage.stop();
  }
};

interface Performed {
  sites: number;
  /** Of all stages. */
  plans: number;
  failed: Failure[];
  seconds: number;
}

const performed = await Promise.all(Array.from({ length: STAGES }, (_, share) => perform(share)));
const [{ sites, plans } = { sites: 0, plans: 0 }, ...others] = performed;
if (others.some((one) => one.plans !== plans))
  throw new Error("the stages have not recorded the same plans; none of them is to be trusted");
const failed = performed.flatMap((one) => one.failed);
const seconds = Math.max(...performed.map((one) => one.seconds));
say(
  `crash plans: ${sites} sites, ${modes.length} modes, ${plans} plans, ${failed.length} failed, ${seconds} s`,
);
const result = { sites, modes: modes.length, plans, seconds, failed };
if (values.json) await writeFile(values.json, `${JSON.stringify(result, undefined, 2)}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
