/** Files that an interrupted run leaves to the next one. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** What an earlier run has kept as JSON; undefined where there is nothing. A damaged file is refused with the way out. */
export const readKept = async <Kept>(file: string): Promise<Kept | undefined> => {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Kept;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(`reading ${file}: start anew with --fresh`, { cause });
  }
};

/** Nobody ever sees half a file, however the run ends. */
export const replaceFile = async (file: string, text: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
};
