import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
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

export const fileDigest = async (file: string): Promise<string> => {
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

/** The layer that a folder of the cache holds. */
export const layerIn = async (folder: string): Promise<Layer> => ({
  file: join(folder, "layer.tar"),
  digest: await readFile(join(folder, "digest"), "utf8"),
});

export const layerOf = async (settings: Settings, entries: readonly Entry[]): Promise<Layer> => {
  const made = await cached(settings.cache, `layer-${await listKey(entries)}`, async (folder) => {
    const digest = await writeLayer(entries, join(folder, "layer.tar"));
    await writeFile(join(folder, "digest"), digest);
  });
  return layerIn(made.path);
};

/** The image with its layers written. */
export const assembled = async (settings: Settings, list: ImageList): Promise<Image> => {
  const layers: Layer[] = [];
  for (const entries of list.layers) layers.push(await layerOf(settings, entries));
  return { name: list.name, layers, config: list.config };
};

const kept = 3;

/** Every change of the code makes another archive; only the last few of a name are kept. */
const prune = async (cache: string, prefix: string): Promise<void> => {
  const names = (await readdir(cache)).filter((name) => name.startsWith(prefix));
  const dated = await Promise.all(
    names.map(async (name) => ({ name, used: (await stat(join(cache, name))).mtimeMs })),
  );
  const old = dated.toSorted((a, b) => b.used - a.used).slice(kept);
  for (const { name } of old) await rm(join(cache, name), { recursive: true, force: true });
};

/** Writes the archive unless the cache has it: `<cache>/image-<name>-<tag>/image.tar`. */
export const archived = async (settings: Settings, image: Image): Promise<BuiltImage> => {
  const ref = reference(image);
  const prefix = `image-${image.name.replaceAll("/", "-")}-`;
  const folder = prefix + ref.slice(image.name.length + 1);
  const made = await cached(settings.cache, folder, (path) =>
    writeArchive(image, join(path, "image.tar")),
  );
  const now = new Date();
  await utimes(made.path, now, now);
  await prune(settings.cache, prefix);
  const archive = join(made.path, "image.tar");
  return { name: image.name, ref, archive, bytes: (await stat(archive)).size };
};

export const builtImage = async (settings: Settings, list: ImageList): Promise<BuiltImage> =>
  archived(settings, await assembled(settings, list));
