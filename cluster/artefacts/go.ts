import { existsSync } from "node:fs";
import { mkdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../run.ts";
import type { Settings } from "../settings.ts";
import type { GoArtefact } from "./catalogue.ts";
import { cached, type Made } from "./cache.ts";
import { keyOf } from "./key.ts";
import type { Toolchain } from "./toolchain.ts";

const flags = (artefact: GoArtefact): string[] => [
  "-trimpath",
  ...(artefact.tags ? ["-tags", artefact.tags] : []),
  ...(artefact.ldflags ? ["-ldflags", artefact.ldflags] : []),
];

const sources = ["go.mod", "go.sum", "main.go"] as const;

const moduleFolder = (settings: Settings, artefact: GoArtefact): string =>
  join(settings.repo, "cluster/go", artefact.module);

const inputs = async (folder: string, artefact: GoArtefact): Promise<Record<string, string>> => {
  const result: Record<string, string> = {
    flags: flags(artefact).join(" "),
    programs: JSON.stringify(artefact.programs),
    links: (artefact.links ?? []).join(" "),
  };
  for (const name of sources) {
    const path = join(folder, name);
    if (existsSync(path)) result[name] = await readFile(path, "utf8");
  }
  return result;
};

/** Builds one module's programs into `<cache>/<name>-<key>/bin`. */
export const builtFromGo = async (
  settings: Settings,
  { name, artefact }: { name: string; artefact: GoArtefact },
  { go, version, env }: Toolchain,
): Promise<Made> => {
  const folder = moduleFolder(settings, artefact);
  const key = keyOf({ ...(await inputs(folder, artefact)), go: version, arch: process.arch });
  return cached(settings.cache, `${name}-${key}`, async (target) => {
    const bin = join(target, "bin");
    await mkdir(bin);
    for (const [program, source] of Object.entries(artefact.programs)) {
      const args = ["build", ...flags(artefact), "-o", join(bin, program), source];
      await run(go, args, { cwd: folder, env, seconds: 3600 });
    }
    const first = Object.keys(artefact.programs)[0] ?? name;
    for (const link of artefact.links ?? []) await symlink(first, join(bin, link));
  });
};
