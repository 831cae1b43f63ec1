/** How far `npm run test:full` has come with one version of the project, over all its sessions. Pure. */
import type { Pulse } from "../e2e/kit/story.ts";
import type { Suite } from "./run.ts";

/** One suite's last run. */
export interface Done {
  suite: string;
  seconds: number;
  code: number;
  /** The command that failed. */
  failed?: string;
  /** ISO 8601, UTC. */
  finished: string;
  /** Of a suite with a pulse that came so far. */
  pulse?: Pulse;
}

export interface Progress {
  /** Identifies what was tested (tools/version.ts). */
  version: string;
  done: Done[];
}

/** Nothing is taken over from another version: what passed there says nothing about this one. */
export const resume = (kept: Progress | undefined, version: string): Progress =>
  kept?.version === version ? kept : { version, done: [] };

/** The last run of a suite is the one that counts. */
export const record = ({ version, done }: Progress, latest: Done): Progress => ({
  version,
  done: [...done.filter(({ suite }) => suite !== latest.suite), latest],
});

/** Suites that have not passed yet, whether they failed or never ran to their end. */
export const remaining = (suites: Suite[], { done }: Progress): Suite[] =>
  suites.filter(({ name }) => !done.some(({ suite, code }) => suite === name && code === 0));

/** First line of a session: whether it starts anew or goes on, and why. */
export const opening = (kept: Progress | undefined, { version, done }: Progress): string => {
  if (!kept) return `testing ${version} from the start`;
  if (kept.version !== version)
    return `testing ${version} from the start: the tree has changed since ${kept.version}`;
  return `testing ${version}, going on: ${done.filter(({ code }) => code === 0).length} passed earlier`;
};
