import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { waitFor } from "../wait.ts";

const temporary = /^\.making-(\d+)-/;

export interface Made {
  path: string;
  cached: boolean;
  seconds: number;
}

const alive = (pid: number): boolean => existsSync(`/proc/${pid}`);

/** Removes what killed builds left behind. */
export const sweepTemporary = async (cache: string): Promise<void> => {
  const names = await readdir(cache).catch(() => []);
  for (const name of names) {
    const pid = Number(temporary.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || alive(pid)) continue;
    await rm(join(cache, name), { recursive: true, force: true });
  }
};

const isMadeElsewhere = async (cache: string, name: string): Promise<boolean> => {
  const names = await readdir(cache).catch(() => []);
  return names.some((known) => {
    const pid = Number(temporary.exec(known)?.[1] ?? Number.NaN);
    return known === `.making-${pid}-${name}` && pid !== process.pid && alive(pid);
  });
};

/** No build takes that long. */
const LONGEST_BUILD_SECONDS = 3600;

/** Two that make the same thing at once would both take twice as long. */
const othersDone = (cache: string, name: string): Promise<void> =>
  waitFor(
    `another process that is making ${name} in ${cache}`,
    async () => existsSync(join(cache, name)) || !(await isMadeElsewhere(cache, name)),
    { seconds: LONGEST_BUILD_SECONDS, everyMs: 200 },
  );

const renameOver = async (from: string, to: string): Promise<void> => {
  try {
    await rename(from, to);
  } catch (error) {
    // Another process made the same thing meanwhile: equal inputs, equal result.
    if (!existsSync(to)) throw error;
    await rm(from, { recursive: true, force: true });
  }
};

/**
 * The folder `name` in the cache, filled by `fill` if it is not there yet.
 * It is filled under another name and renamed at the end, so a killed build leaves no half artefact.
 */
export const cached = async (
  cache: string,
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<Made> => {
  const path = join(cache, name);
  await othersDone(cache, name);
  if (existsSync(path)) return { path, cached: true, seconds: 0 };
  const making = join(cache, `.making-${process.pid}-${name}`);
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { recursive: true });
  const start = performance.now();
  try {
    await fill(making);
    const seconds = Math.round((performance.now() - start) / 100) / 10;
    await writeFile(join(making, "build.json"), `${JSON.stringify({ seconds })}\n`);
    await renameOver(making, path);
    return { path, cached: false, seconds };
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    throw error;
  }
};

/** How long an artefact took to make, as recorded when it was made. */
export const buildSeconds = async (path: string): Promise<number | undefined> => {
  try {
    const record = JSON.parse(await readFile(join(path, "build.json"), "utf8")) as {
      seconds?: number;
    };
    return record.seconds;
  } catch {
    return undefined;
  }
};

/** Name of an artefact folder as the node sees it (the whole cache is mounted there). */
export const folderName = (path: string): string => basename(path);
