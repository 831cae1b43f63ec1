import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { cached } from "../artefacts/cache.ts";
import type { Settings } from "../settings.ts";
import { reference, writeArchive, type Image, type ImageConfig, type Layer } from "./archive.ts";
import { complete, writeLayer, type Entry } from "./layer.ts";

/** An image as a list: what is in it and how it starts. */
export interface ImageList {
  name: string;
  /** Rarely changing layers first. */
  layers: readonly (readonly Entry[])[];
  config: ImageConfig;
}

export interface BuiltImage {
  name: string;
  ref: string;
  archive: string;
  bytes: number;
}

const fileDigest = async (file: string): Promise<string> => {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
};

/** A name for the list and the bytes of its files, without writing the tar. */
const listKey = async (entries: readonly Entry[]): Promise<string> => {
  const hash = createHash("sha256");
  for (const entry of complete(entries)) {
    const { source, ...rest } = entry.kind === "file" ? entry : { ...entry, source: undefined };
    hash.update(JSON.stringify(rest));
    if (source) hash.update(await fileDigest(source));
  }
  return hash.digest("hex").slice(0, 12);
};

const layerOf = async (settings: Settings, entries: readonly Entry[]): Promise<Layer> => {
  const made = await cached(settings.cache, `layer-${await listKey(entries)}`, async (folder) => {
    const digest = await writeLayer(entries, join(folder, "layer.tar"));
    await writeFile(join(folder, "digest"), digest);
  });
  const digest = await readFile(join(made.path, "digest"), "utf8");
  return { file: join(made.path, "layer.tar"), digest };
};

/** Writes the archive unless the cache has it: `<cache>/image-<name>-<tag>/image.tar`. */
export const builtImage = async (settings: Settings, list: ImageList): Promise<BuiltImage> => {
  const layers: Layer[] = [];
  for (const entries of list.layers) layers.push(await layerOf(settings, entries));
  const image: Image = { name: list.name, layers, config: list.config };
  const ref = reference(image);
  const made = await cached(settings.cache, `image-${ref.replaceAll(/[/:]/g, "-")}`, (folder) =>
    writeArchive(image, join(folder, "image.tar")),
  );
  const archive = join(made.path, "image.tar");
  return { name: list.name, ref, archive, bytes: (await stat(archive)).size };
};
