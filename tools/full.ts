/**
 * `npm run test:full`: every suite, also after a failure, and one report. What passed is kept in `.state/full.json`; a later session on
 * the same tree runs only what is left. An interruption loses the running suite.
 *
 *   node bin/run.js tools/full.ts [--fresh]     --fresh forgets what passed
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
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

/** Runs what is left; `true` when every suite has passed, in this run or an earlier one. */
export const runFull = async (all: Suite[], doors: Doors): Promise<boolean> => {
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
  for (const suite of remaining(all, progress)) {
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
  return remaining(all, progress).length === 0;
};

/** A program that cannot even be started is a failed suite like any other. */
const play = async ({ name, commands }: Suite): Promise<Done> => {
  console.log(`\n# ${name}`);
  const outcomes = await runAll(commands).catch((error: Error) => {
    console.error(error.message);
    return [{ name: error.message, seconds: 0, code: 1 }];
  });
  const { seconds, failed } = together(outcomes);
  return {
    suite: name,
    seconds: Math.round(seconds * 10) / 10,
    code: failed?.code ?? 0,
    ...(failed ? { failed: failed.name } : {}),
    finished: new Date().toISOString(),
  };
};

const start = async (args: string[]): Promise<number> => {
  const unknown = args.find((arg) => arg !== "--fresh");
  if (unknown !== undefined) {
    console.error(`${unknown} is unknown; the only option is --fresh, which forgets what passed`);
    return 2;
  }
  const folder = join(root, ".state");
  if (args.includes("--fresh")) await rm(join(folder, "full.json"), { force: true });
  const passed = await runFull(suites, {
    folder,
    version: () => versionOf(root),
    play,
    now: () => new Date(),
    say: (line) => console.log(line),
  });
  return passed ? 0 : 1;
};

if (import.meta.main) process.exitCode = await start(process.argv.slice(2));
