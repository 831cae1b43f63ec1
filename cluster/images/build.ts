import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ArtefactName } from "../artefacts/catalogue.ts";
import { ensure } from "../artefacts/ensure.ts";
import type { Settings } from "../settings.ts";
import { Trouble } from "../trouble.ts";
import { imageCatalogue, imageNames, type ImageName } from "./catalogue.ts";
import { writeBuildContext } from "./dockerfile.ts";
import { assembled, builtImage, type BuiltImage } from "./store.ts";

/** Full references by short name, for charts and tests: `<state>/images.json`. */
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

const needsOf = (names: readonly ImageName[]): ArtefactName[] => [
  ...new Set(names.flatMap((name) => [...imageCatalogue[name].needs])),
];

/** Builds what changed, remembers names and archives in the state folder, returns all that were asked for. */
export const buildImages = async (
  settings: Settings,
  names: readonly ImageName[] = imageNames,
): Promise<Map<ImageName, BuiltImage>> => {
  const paths = await ensure(settings, needsOf(names));
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

/** Writes `<repo>/dist/images/<name>` for `docker build`, from the same lists as the archives. */
export const writeDockerfiles = async (
  settings: Settings,
  names: readonly ImageName[] = imageNames,
): Promise<string[]> => {
  const paths = await ensure(settings, needsOf(names));
  const folders: string[] = [];
  for (const name of names) {
    const { config, layers } = await assembled(
      settings,
      await imageCatalogue[name].list(settings, paths),
    );
    const folder = join(settings.repo, "dist/images", name);
    await writeBuildContext(folder, config, layers);
    folders.push(folder);
  }
  return folders;
};

/** The images of the last builds, by short name. */
export const knownImages = async (settings: Settings): Promise<BuiltImage[]> => {
  const all = Object.values(await readJson(archivesFile(settings))) as BuiltImage[];
  if (all.length === 0)
    throw new Trouble("no image was built yet: `npm run cluster -- images` first");
  const gone = all.filter(({ archive }) => !existsSync(archive)).map(({ name }) => name);
  if (gone.length === 0) return all;
  throw new Trouble(
    `archives are no longer in the cache (${gone.join(", ")}): \`npm run cluster -- images\` makes them again`,
  );
};
