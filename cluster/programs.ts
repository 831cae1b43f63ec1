import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { ensure, pathOf } from "./artefacts/ensure.ts";
import type { Settings } from "./settings.ts";

export interface Programs {
  kubectl: string;
  helm: string;
}

/** Paths of the programs that people and tests drive a cluster with; built if they are not in the cache. */
export const clientPrograms = async (settings: Settings): Promise<Programs> => {
  const paths = await ensure(settings, ["kubernetes", "helm"]);
  const program = (artefact: "kubernetes" | "helm", name: string) =>
    join(pathOf(paths, artefact), "bin", name);
  return { kubectl: program("kubernetes", "kubectl"), helm: program("helm", "helm") };
};

/** `<state>/bin`, for a person's PATH. */
export const linkPrograms = async (
  settings: Settings,
  programs: Programs & { kind?: string },
): Promise<string> => {
  const folder = join(settings.state, "bin");
  await mkdir(folder, { recursive: true });
  for (const [name, path] of Object.entries<string>({ ...programs })) {
    await rm(join(folder, name), { force: true });
    await symlink(path, join(folder, name));
  }
  return folder;
};
