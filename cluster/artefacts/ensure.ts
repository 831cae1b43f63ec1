import { mkdir } from "node:fs/promises";
import type { Settings } from "../settings.ts";
import { sweepTemporary, type Made } from "./cache.ts";
import { catalogue, type Artefact, type ArtefactName } from "./catalogue.ts";
import { unpacked } from "./debian.ts";
import { builtFromGo } from "./go.ts";
import { toolchain, type Toolchain } from "./toolchain.ts";

export type Paths = ReadonlyMap<ArtefactName, string>;

const reminderSeconds = 15;

/** Says what is being made, again every 15 s, and at last what became of it. */
export const watched = async (
  settings: Settings,
  name: string,
  make: () => Promise<Made>,
): Promise<Made> => {
  const start = performance.now();
  const elapsed = (): string => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  const timer = setInterval(
    () => settings.say(`  ${name}: still building, ${elapsed()}`),
    reminderSeconds * 1000,
  );
  try {
    const made = await make();
    settings.say(`  ${name}: ${made.cached ? "cached" : `built in ${elapsed()}`}`);
    return made;
  } finally {
    clearInterval(timer);
  }
};

const oneByOne = async (
  names: readonly ArtefactName[],
  make: (name: ArtefactName) => Promise<Made>,
): Promise<[ArtefactName, string][]> => {
  const result: [ArtefactName, string][] = [];
  for (const name of names) result.push([name, (await make(name)).path]);
  return result;
};

const ofKind = (names: readonly ArtefactName[], kind: Artefact["kind"]): ArtefactName[] =>
  names.filter((name) => catalogue[name].kind === kind);

const makeGo = (settings: Settings, tools: Promise<Toolchain>) => async (name: ArtefactName) => {
  const artefact: Artefact = catalogue[name];
  if (artefact.kind !== "go") throw new TypeError(`${name} is not built from Go modules`);
  const chain = await tools;
  return watched(settings, name, () => builtFromGo(settings, { name, artefact }, chain));
};

const makeDebian = (settings: Settings) => (name: ArtefactName) => {
  const artefact: Artefact = catalogue[name];
  if (artefact.kind !== "debian") throw new TypeError(`${name} is not made of Debian's packages`);
  return watched(settings, name, () => unpacked(settings, name, artefact));
};

/**
 * Makes what is missing and returns where everything is. A Go build uses all cores by itself, so these go one after
 * the other; downloads wait for the network and run beside.
 */
export const ensure = async (
  settings: Settings,
  names: readonly ArtefactName[],
): Promise<Paths> => {
  await mkdir(settings.cache, { recursive: true });
  await sweepTemporary(settings.cache);
  settings.say(`artefacts in ${settings.cache}`);
  const goNames = ofKind(names, "go");
  const goPart = async () =>
    goNames.length === 0 ? [] : oneByOne(goNames, makeGo(settings, toolchain(settings)));
  const debianPart = oneByOne(ofKind(names, "debian"), makeDebian(settings));
  const [fromGo, fromDebian] = await Promise.all([goPart(), debianPart]);
  return new Map([...fromGo, ...fromDebian]);
};

/** Where an artefact is; `ensure` must have been asked for it. */
export const pathOf = (paths: Paths, name: ArtefactName): string => {
  const path = paths.get(name);
  if (!path) throw new TypeError(`artefact ${name} was not asked for`);
  return path;
};
