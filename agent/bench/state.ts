/** What an interrupted run has measured, so that the next one goes on where it stopped. Kept in `.state/bench.json`. */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { partsOf } from "../../tools/version.ts";
import { controlled } from "./result.ts";
import type { Result } from "./table.ts";

const root = join(import.meta.dirname, "../..");

/** Whatever a figure depends on. */
const PARTS = ["agent", "loadtest", "package-lock.json", "pipeline", "verdict"];

export interface Done {
  /** Names the measurement: a variant and how it was asked for. */
  key: string;
  result: Result;
  /** Observations of off against off. */
  idle: number[];
}

export interface Kept {
  version: string;
  /** All variants of a workload do the same work, in whichever run. */
  spins: Record<string, number>;
  done: Done[];
}

/** Nothing is taken over from other sources: those figures say nothing about these. */
export const resumed = (kept: Kept | undefined, version: string): Kept =>
  kept?.version === version ? kept : { version, spins: {}, done: [] };

export interface State extends Kept {
  /** A measurement whose control failed is none, and is made again. */
  add: (done: Done) => Promise<void>;
  /** The next run begins anew. */
  forget: () => Promise<void>;
}

export const openState = async (
  { fresh }: { fresh: boolean },
  file: string = join(root, ".state", "bench.json"),
): Promise<State> => {
  const kept = fresh ? undefined : await read(file);
  const state = resumed(kept, await partsOf(root, PARTS));
  return {
    ...state,
    add: async (done) => {
      if (!controlled(done.result)) return;
      state.done.push(done);
      await write(file, state);
    },
    forget: () => rm(file, { force: true }),
  };
};

const read = async (file: string): Promise<Kept | undefined> => {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Kept;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(`reading ${file}: start anew with --fresh`, { cause });
  }
};

/** Nobody ever sees half a file. */
const write = async (file: string, kept: Kept): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(kept));
  await rename(`${file}.new`, file);
};
