import { realpath } from "node:fs/promises";
import { basename } from "node:path";
import { run } from "../run.ts";
import { Trouble } from "../trouble.ts";
import { file } from "./files.ts";
import type { Entry } from "./layer.ts";

export interface Library {
  /** Where the loader of the image looks for it. */
  path: string;
  /** Where it is on this machine. */
  source: string;
}

/** Reads what `ldd` prints; the loader itself stands there by its absolute path. */
export const librariesIn = (text: string): Library[] =>
  text.split("\n").flatMap((line) => {
    const named = /^\s*(\S+) => (\/\S+) \(/.exec(line);
    const loader = /^\s*(\/\S+) \(/.exec(line)?.[1];
    if (named) return [{ path: named[2] ?? "", source: named[2] ?? "" }];
    return loader ? [{ path: loader, source: loader }] : [];
  });

export const missingIn = (text: string): string[] =>
  [...text.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? "");

/** A path below the unpacked packages is the same path in the image, without the folder they were unpacked to. */
const imagePath = (path: string, root: string | undefined): string =>
  root && path.startsWith(root) ? path.slice(root.length) : path;

export interface LibraryOptions {
  /** Folder of unpacked packages whose libraries come first. */
  root?: string;
  folders?: readonly string[];
}

/** The shared libraries of some programs, and the loader, as files of an image. */
export const libraries = async (
  programs: readonly string[],
  { root, folders = [] }: LibraryOptions = {},
): Promise<Entry[]> => {
  const env = { PATH: "/usr/bin:/bin", LD_LIBRARY_PATH: folders.join(":") };
  const found = new Map<string, string>();
  for (const program of programs) {
    const text = await run("ldd", [program], { env });
    const missing = missingIn(text);
    if (missing.length > 0)
      throw new Trouble(
        `${basename(program)} needs ${missing.join(", ")}, which is neither in Debian's unpacked packages nor on this machine`,
      );
    for (const { path, source } of librariesIn(text)) found.set(imagePath(path, root), source);
  }
  return Promise.all([...found].map(async ([path, source]) => file(path, await realpath(source))));
};
