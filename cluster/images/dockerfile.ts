import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImageConfig, Layer } from "./archive.ts";

/** One value of an ENV line, quoted as Docker reads it. */
const environmentLine = (pair: string): string => {
  const at = pair.indexOf("=");
  return `ENV ${pair.slice(0, at)}=${JSON.stringify(pair.slice(at + 1))}`;
};

const layerName = (index: number): string => `layer-${index}.tar`;

/** A Dockerfile that adds the very layers of the archive: a release image and the one under test have equal files. */
export const dockerfile = (config: ImageConfig, layers: number): string => {
  const lines = ["FROM scratch"];
  // ADD unpacks a local tar file, with the owners and modes written in it.
  for (let index = 0; index < layers; index += 1) lines.push(`ADD ${layerName(index)} /`);
  lines.push(...(config.Env ?? []).map((pair) => environmentLine(pair)));
  if (config.WorkingDir) lines.push(`WORKDIR ${config.WorkingDir}`);
  if (config.User) lines.push(`USER ${config.User}`);
  if (config.Entrypoint) lines.push(`ENTRYPOINT ${JSON.stringify(config.Entrypoint)}`);
  if (config.Cmd) lines.push(`CMD ${JSON.stringify(config.Cmd)}`);
  return `${lines.join("\n")}\n`;
};

/** Writes a folder that `docker build` takes as it is. */
export const writeBuildContext = async (
  folder: string,
  config: ImageConfig,
  layers: readonly Layer[],
): Promise<void> => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [index, { file }] of layers.entries())
    await copyFile(file, join(folder, layerName(index)));
  await writeFile(join(folder, "Dockerfile"), dockerfile(config, layers.length));
};
