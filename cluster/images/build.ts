import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ensure } from "../artefacts/ensure.ts";
import type { Settings } from "../settings.ts";
import { Trouble } from "../trouble.ts";
import { imageCatalogue, imageNames, type ImageName } from "./catalogue.ts";
import { builtImage, type BuiltImage } from "./store.ts";

/** Full references by short name, for charts and tests: `<state>/images.json`. */
export type ImageRefs = Readonly<Record<string, string>>;

const refsFile = (settings: Settings): string => join(settings.state, "images.json");
const archivesFile = (settings: Settings): string => join(settings.state, "image-archives.json");

const readJson = async (file: string): Promise<Record<string, unknown>> => {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
  } catch {
    return {};
  }
};

const merge = async (file: string, added: Readonly<Record<string, unknown>>): Promise<void> => {
  const all = { ...(await readJson(file)), ...added };
  await writeFile(`${file}.new`, `${JSON.stringify(all, undefined, 2)}\n`);
  await rename(`${file}.new`, file);
};

const size = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/** Builds what changed, remembers names and archives in the state folder, returns all that were asked for. */
export const buildImages = async (
  settings: Settings,
  names: readonly ImageName[] = imageNames,
): Promise<Map<ImageName, BuiltImage>> => {
  const needs = [...new Set(names.flatMap((name) => [...imageCatalogue[name].needs]))];
  const paths = await ensure(settings, needs);
  const built = new Map<ImageName, BuiltImage>();
  for (const name of names) {
    const image = await builtImage(settings, await imageCatalogue[name].list(settings, paths));
    built.set(name, image);
    settings.say(`  image ${image.ref}, ${size(image.bytes)}`);
  }
  await mkdir(settings.state, { recursive: true });
  await merge(
    refsFile(settings),
    Object.fromEntries([...built].map(([name, { ref }]) => [name, ref])),
  );
  await merge(archivesFile(settings), Object.fromEntries(built));
  return built;
};

/** The images of the last builds, by short name. */
export const knownImages = async (settings: Settings): Promise<BuiltImage[]> => {
  const all = Object.values(await readJson(archivesFile(settings))) as BuiltImage[];
  if (all.length === 0)
    throw new Trouble("no image was built yet: `npm run cluster -- images` first");
  return all;
};
