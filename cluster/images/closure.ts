import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { Trouble } from "../trouble.ts";
import { tree } from "./files.ts";
import type { Entry } from "./layer.ts";

interface Manifest {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

interface Need {
  name: string;
  /** Absent is fine: another platform's binary, or a peer the application does not use. */
  optional: boolean;
}

export const needsOf = (manifest: Manifest): Need[] => {
  const optional = new Set(Object.keys(manifest.optionalDependencies ?? {}));
  const peers = Object.keys(manifest.peerDependencies ?? {});
  const all = [...Object.keys(manifest.dependencies ?? {}), ...optional];
  return [
    ...all.map((name) => ({ name, optional: optional.has(name) })),
    ...peers.map((name) => ({ name, optional: true })),
  ];
};

const manifestOf = async (folder: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;

/** As Node resolves: the nearest node_modules on the way up, not above the repository. */
const resolveFrom = (repo: string, folder: string, name: string): string | undefined => {
  for (let at = folder; at.startsWith(repo); at = dirname(at)) {
    const candidate = join(at, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
  }
  return undefined;
};

/** Folders of all packages that a workspace needs at run time, relative to the repository. */
export const closure = async (repo: string, workspace: string): Promise<string[]> => {
  const found = new Set<string>();
  const queue = [join(repo, workspace)];
  for (let folder = queue.shift(); folder !== undefined; folder = queue.shift()) {
    for (const { name, optional } of needsOf(await manifestOf(folder))) {
      const next = resolveFrom(repo, folder, name);
      if (!next && !optional)
        throw new Trouble(
          `${relative(repo, folder)} needs ${name}, which is not installed: npm ci`,
        );
      if (!next || found.has(next)) continue;
      found.add(next);
      queue.push(next);
    }
  }
  return [...found].map((folder) => relative(repo, folder)).toSorted();
};

const unused = /\.(map|md|markdown|d\.ts|d\.cts|d\.mts|flow)$/;

/** Nested packages are in the closure themselves if they are needed. */
const runtimeFile = (path: string): boolean =>
  !unused.test(path) && path.split("/")[0] !== "node_modules";

/** The packages as files of an image; `below` takes the place of the repository. */
export const closureEntries = async (
  repo: string,
  workspace: string,
  below: string,
): Promise<Entry[]> => {
  const folders = await closure(repo, workspace);
  const lists = folders.map((folder) => tree(join(below, folder), join(repo, folder), runtimeFile));
  return (await Promise.all(lists)).flat();
};
