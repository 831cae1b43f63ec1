/** The peers' packages, by their own lock and in the cache of artefacts: whoever does not measure them never has them. */
import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cached, sweepTemporary } from "../../../cluster/artefacts/cache.ts";
import { keyOf } from "../../../cluster/artefacts/key.ts";
import { type Say, settingsFrom } from "../../../cluster/settings.ts";

const LOCK = "package-lock.json";
const FILES = ["package.json", LOCK];
const QUIET = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];

const source = (file: string): string => join(import.meta.dirname, file);

/** The folder that holds their `node_modules`. */
export const installPeers = async (say: Say): Promise<string> => {
  const { cache } = settingsFrom(process.env);
  await mkdir(cache, { recursive: true });
  await sweepTemporary(cache);
  const key = keyOf({ lock: await readFile(source(LOCK), "utf8") });
  const { path } = await cached(cache, `peers-${key}`, async (folder) => {
    say("installing the agents of others, about 300 MB");
    for (const file of FILES) await copyFile(source(file), join(folder, file));
    await npm(folder);
    say("installed");
  });
  return path;
};

const npm = async (folder: string): Promise<void> => {
  try {
    await promisify(execFile)("npm", ["ci", "--prefix", folder, ...QUIET], { cwd: folder });
  } catch (cause) {
    throw new Error(
      `installing the agents of others by ${source(LOCK)}: a package registry that has them is needed`,
      { cause },
    );
  }
};
