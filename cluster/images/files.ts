import { readdir, readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Entry } from "./layer.ts";

/** Only whether a file may be executed is kept of its mode: the rest depends on who checked it out. */
const plainMode = (mode: number): number => (mode & 0o100 ? 0o755 : 0o644);

export const file = async (path: string, source: string): Promise<Entry> => {
  const { size, mode } = await stat(source);
  return { kind: "file", path, source, size, mode: plainMode(mode) };
};

export const text = (path: string, content: string, mode = 0o644): Entry => ({
  kind: "text",
  path,
  text: content,
  mode,
});

export const link = (path: string, target: string): Entry => ({ kind: "link", path, target });

/** A folder; with an owner where a process that is not root writes into it. */
export const folder = (path: string, { uid = 0, mode = 0o755 } = {}): Entry => ({
  kind: "folder",
  path,
  mode,
  uid,
});

export type Keep = (relative: string) => boolean;

/** All files below `source`, in the image below `path`. `keep` sees paths relative to `source`. */
export const tree = async (
  path: string,
  source: string,
  keep: Keep = () => true,
): Promise<Entry[]> => {
  const walk = async (relative: string): Promise<Entry[]> => {
    const entries = await readdir(join(source, relative), { withFileTypes: true });
    const found = entries
      .map((entry) => ({ entry, below: join(relative, entry.name) }))
      .filter(({ below }) => keep(below))
      .map(async ({ entry, below }): Promise<Entry[]> => {
        if (entry.isDirectory()) return walk(below);
        if (entry.isSymbolicLink())
          return [link(join(path, below), await readlink(join(source, below)))];
        return [await file(join(path, below), join(source, below))];
      });
    return (await Promise.all(found)).flat();
  };
  return walk("");
};
