/**
 * `npm run test:full`: every suite, also after a failure, and one report. What passed is kept in `.state/full.json`; a later session on
 * the same tree runs only what is left. An interruption loses the running suite.
 *
 *   node bin/run.js tools/full.ts [NAME...] [--fresh]
 *
 * NAME: a suite's name or a part of it; only these are run, the report is on all. --fresh forgets what passed.
 */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Pulse } from "../e2e/kit/story.ts";
import { readKept, replaceFile } from "./kept.ts";
import { type Done, opening, type Progress, record, remaining, resume } from "./progress.ts";
import { report } from "./report.ts";
import { root, runAll, type Suite, together } from "./run.ts";
import { suites } from "./suites.ts";
import { versionOf } from "./version.ts";

export interface Doors {
  /** Holds full.json and full.md. */
  folder: string;
  version: () => Promise<string>;
  play: (suite: Suite) => Promise<Done>;
  now: () => Date;
  say: (line: string) => void;
}

/** Suites whose name holds one of the words; all without a word. */
export const chosen = (all: Suite[], words: string[]): Suite[] => {
  const lost = words.find((word) => !all.some(({ name }) => name.includes(word)));
  if (lost !== undefined)
    throw new Error(
      `no suite has "${lost}" in its name:\n${all.map(({ name }) => `  ${name}`).join("\n")}`,
    );
  return all.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
};

/** Runs what is left of the wanted ones; `true` when each of them has passed, in this run or an earlier one. */
export const runFull = async (
  all: Suite[],
  doors: Doors,
  wanted: Suite[] = all,
): Promise<boolean> => {
  const began = doors.now();
  const version = await doors.version();
  const file = join(doors.folder, "full.json");
  const kept = await readKept<Progress>(file);
  let progress = resume(kept, version);
  doors.say(opening(kept, progress));
  const page = (): string => report(all, progress, { began, now: doors.now() });
  const keep = async (): Promise<void> => {
    await replaceFile(file, `${JSON.stringify(progress, undefined, 2)}\n`);
    await replaceFile(join(doors.folder, "full.md"), page());
  };
  await keep();
  for (const suite of remaining(wanted, progress)) {
    const done = await doors.play(suite);
    // Part of it ran on other sources: kept, it would count for a tree that it has not tested.
    if ((await doors.version()) !== version) {
      doors.say(
        `\nstopped: the tree changed while ${suite.name} ran; run again when it is at rest`,
      );
      break;
    }
    progress = record(progress, done);
    await keep();
  }
  doors.say(`\n${page()}`);
  return remaining(wanted, progress).length === 0;
};

/** Undefined where the suite did not come so far. */
const pulseIn = async (file: string): Promise<Pulse | undefined> => {
  const text = await readFile(join(root, file), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as { pulse: Pulse }).pulse;
};

/** A program that cannot even be started is a failed suite like any other. */
const play = async ({ name, commands, pulse }: Suite): Promise<Done> => {
  if (pulse) await rm(join(root, pulse), { force: true });
  console.log(`\n# ${name}`);
  const outcomes = await runAll(commands).catch((error: Error) => {
    console.error(error.message);
    return [{ name: error.message, seconds: 0, code: 1 }];
  });
  const { seconds, failed } = together(outcomes);
  const seen = pulse && (await pulseIn(pulse));
  return {
    suite: name,
    seconds: Math.round(seconds * 10) / 10,
    code: failed?.code ?? 0,
    ...(failed ? { failed: failed.name } : {}),
    finished: new Date().toISOString(),
    ...(seen ? { pulse: seen } : {}),
  };
};

const start = async (): Promise<boolean> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { fresh: { type: "boolean", default: false } },
  });
  const wanted = chosen(suites, positionals);
  const folder = join(root, ".state");
  if (values.fresh) await rm(join(folder, "full.json"), { force: true });
  const doors: Doors = {
    folder,
    version: () => versionOf(root),
    play,
    now: () => new Date(),
    say: (line) => console.log(line),
  };
  return runFull(suites, doors, wanted);
};

if (import.meta.main)
  try {
    process.exitCode = (await start()) ? 0 : 1;
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 2;
  }
