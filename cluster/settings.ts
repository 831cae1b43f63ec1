import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export type Environment = Readonly<Record<string, string | undefined>>;
export type Say = (line: string) => void;

/** Where things are. Everything below takes its places from here, so that nothing is written anywhere else. */
export interface Settings {
  /** Root of the checkout. */
  repo: string;
  /** Artefacts and layers, shared by all checkouts of this user. */
  cache: string;
  /** What belongs to this checkout's cluster; git does not see it. */
  state: string;
  env: Environment;
  say: Say;
}

const repository = dirname(dirname(fileURLToPath(import.meta.url)));

const toStderr: Say = (line) => {
  process.stderr.write(`${line}\n`);
};

export const settingsFrom = (env: Environment, say: Say = toStderr): Settings => {
  const home = env["HOME"] ?? homedir();
  const base = env["XDG_CACHE_HOME"] || join(home, ".cache");
  return {
    repo: repository,
    cache: join(base, "flashcard-otel"),
    state: join(repository, ".state"),
    env,
    say,
  };
};
