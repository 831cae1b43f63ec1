/** The files of a command line: as seen from where it was typed, and known to be writable before an hour is spent. */
import { access, constants, readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Options } from "./options.ts";
import { placeIn, withFigures } from "./page.ts";
import { type Found, markdownOf } from "./table.ts";

type Named = Pick<Options, "json" | "markdown" | "from">;

const here = (file: string | undefined): string | undefined =>
  file === undefined ? undefined : resolve(process.env["INIT_CWD"] ?? process.cwd(), file);

/** Throws a sentence that says what is wrong with them. */
export const checkedFiles = async <T extends Named>(options: T): Promise<T> => {
  const { json, markdown, from } = options;
  const files = { json: here(json), markdown: here(markdown), from: here(from) };
  if (files.json !== undefined) await writable(dirname(files.json));
  if (files.markdown !== undefined) placeIn(await readFile(files.markdown, "utf8"));
  if (files.from !== undefined) await access(files.from);
  return { ...options, ...files };
};

const writable = (folder: string): Promise<void> =>
  access(folder, constants.W_OK).catch(() => {
    throw new Error(`${folder} is no folder that can be written to`);
  });

export const foundIn = async (file: string): Promise<Found> =>
  JSON.parse(await readFile(file, "utf8")) as Found;

export const writeJson = async (file: string | undefined, found: Found): Promise<void> => {
  if (file !== undefined) await writeFile(file, `${JSON.stringify(found, undefined, 2)}\n`);
};

export const writePage = async (file: string | undefined, found: Found): Promise<void> => {
  if (file === undefined) return;
  await writeFile(file, withFigures(await readFile(file, "utf8"), markdownOf(found)));
};
