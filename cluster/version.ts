import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Settings } from "./settings.ts";

/** The one version that images and chart have. */
export const versionOf = async ({ repo }: Pick<Settings, "repo">): Promise<string> => {
  const manifest = await readFile(join(repo, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
};
