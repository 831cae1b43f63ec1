/** What an interrupted run has measured, so that the next one goes on where it stopped. Kept in `.state/bench.json`. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readKept, replaceFile } from "../../tools/kept.ts";
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
  const kept = fresh ? undefined : await readKept<Kept>(file);
  const state = resumed(kept, await partsOf(root, PARTS));
  return {
    ...state,
    add: async (done) => {
      if (!controlled(done.result)) return;
      state.done.push(done);
      await replaceFile(file, JSON.stringify(state));
    },
    forget: () => rm(file, { force: true }),
  };
};
