import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rmdir, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { waitFor } from "../wait.ts";
import { names } from "./layout.ts";

const cgroup2Magic = 0x63_67_72_70;

/** Mount points of all cgroup hierarchies, from the text of /proc/self/mounts. */
export const hierarchiesIn = (mounts: string): string[] =>
  mounts
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([, , type]) => type === "cgroup" || type === "cgroup2")
    .map(([, folder]) => folder ?? "");

/** The folders of our cgroup, one per hierarchy; one alone on a machine with cgroup v2. */
export const cgroupFolders = async (): Promise<string[]> => {
  const mounts = await readFile("/proc/self/mounts", "utf8");
  return hierarchiesIn(mounts).map((folder) => join(folder, names.cgroup));
};

export const onCgroup2 = async (): Promise<boolean> =>
  (await statfs("/sys/fs/cgroup")).type === cgroup2Magic;

/** Under cgroup v2 the node moves its processes one level down, see node.sh. */
export const entryFolders = async (): Promise<string[]> => {
  const folders = await cgroupFolders();
  const leaf = await onCgroup2();
  return folders.map((folder) =>
    leaf && existsSync(join(folder, "init")) ? join(folder, "init") : folder,
  );
};

const inherit = async (folder: string, file: string): Promise<void> => {
  const parent = join(folder, "..", file);
  // A new v1 cpuset is empty, and nothing may run in an empty one.
  if (existsSync(parent)) await writeFile(join(folder, file), await readFile(parent, "utf8"));
};

export const makeCgroups = async (): Promise<void> => {
  const v2 = await onCgroup2();
  for (const folder of await cgroupFolders()) {
    await mkdir(folder, { recursive: true });
    if (v2) continue;
    await inherit(folder, "cpuset.cpus");
    await inherit(folder, "cpuset.mems");
  }
};

const below = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const nested = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => below(join(folder, entry.name)));
  return [...(await Promise.all(nested)).flat(), folder];
};

const processesIn = (folder: string): Promise<string> =>
  readFile(join(folder, "cgroup.procs"), "utf8").catch(() => "");

/** All processes in our cgroups, whatever namespace they are in. */
export const cgroupProcesses = async (): Promise<number[]> => {
  const folders = (await Promise.all((await cgroupFolders()).map((top) => below(top)))).flat();
  const lines = (await Promise.all(folders.map((folder) => processesIn(folder))))
    .join("\n")
    .split("\n");
  return [...new Set(lines.filter((line) => line !== "").map(Number))];
};

const removeTree = async (top: string): Promise<void> => {
  // Deepest first. A cgroup is busy for a moment after its last process has gone.
  for (const folder of await below(top)) await rmdir(folder).catch(() => undefined);
};

export const removeCgroups = async (): Promise<void> => {
  const folders = await cgroupFolders();
  const gone = async (): Promise<boolean> => {
    for (const folder of folders) if (existsSync(folder)) await removeTree(folder);
    return folders.every((folder) => !existsSync(folder));
  };
  await waitFor(`cgroups ${names.cgroup} to be empty`, gone, { seconds: 20 });
};
