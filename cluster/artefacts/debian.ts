import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../run.ts";
import type { Settings } from "../settings.ts";
import { Trouble } from "../trouble.ts";
import { libraryClosure, parseUris, type Download } from "./apt.ts";
import type { DebianArtefact } from "./catalogue.ts";
import { cached, type Made } from "./cache.ts";
import { keyOf } from "./key.ts";
import { suiteSources } from "./sources.ts";

/** Which package lists apt looks at: the machine's own, or private ones that we may refresh. */
interface Lists {
  options: readonly string[];
  refresh: boolean;
}

const common = ["-o", "APT::Sandbox::User=root", "-o", "Debug::NoLocking=1"];

const machineLists: Lists = { options: common, refresh: false };

/** Lists of our own: refreshing them needs no root and leaves the machine's as they are. */
const privateLists = async (settings: Settings, suite?: string): Promise<Lists> => {
  const folder = join(settings.cache, suite ? `apt-${suite}` : "apt");
  await mkdir(join(folder, "lists/partial"), { recursive: true });
  await mkdir(join(folder, "cache/archives/partial"), { recursive: true });
  const options = [
    ...common,
    "-o",
    `Dir::State::Lists=${folder}/lists`,
    "-o",
    `Dir::Cache=${folder}/cache`,
  ];
  if (suite) {
    const file = join(folder, "sources.list");
    await writeFile(file, await suiteSources(suite));
    options.push("-o", `Dir::Etc::SourceList=${file}`, "-o", "Dir::Etc::SourceParts=/dev/null");
  }
  return { options, refresh: true };
};

const apt = (lists: Lists, command: string, args: readonly string[]): Promise<string> =>
  run(command, [...lists.options, ...args], { seconds: 300 });

const known = async (lists: Lists, names: readonly string[]): Promise<ReadonlySet<string>> => {
  const text = await apt(lists, "apt-cache", ["policy", ...names]);
  const found = text.matchAll(/^(\S+):\n {2}Installed: .*\n {2}Candidate: (?!\(none\))/gm);
  return new Set([...found].map((match) => match[1] ?? ""));
};

const preferred = async (lists: Lists, artefact: DebianArtefact): Promise<string[] | undefined> => {
  const choices = artefact.packages.map((entry) => (typeof entry === "string" ? [entry] : entry));
  const offered = await known(lists, choices.flat());
  const picked = choices.map((names) => names.find((name) => offered.has(name)));
  return picked.every((name) => name !== undefined) ? picked : undefined;
};

const wanted = async (lists: Lists, artefact: DebianArtefact): Promise<Download[] | undefined> => {
  const roots = await preferred(lists, artefact);
  if (!roots) return undefined;
  const depends = [
    "depends",
    "--recurse",
    "--no-recommends",
    "--no-suggests",
    "--no-conflicts",
    "--no-breaks",
  ];
  const graph = await apt(lists, "apt-cache", [
    ...depends,
    "--no-replaces",
    "--no-enhances",
    ...roots,
  ]);
  const names = [...roots, ...libraryClosure(graph, roots)];
  return parseUris(await apt(lists, "apt-get", ["download", "--print-uris", ...names]));
};

const unpack = async (lists: Lists, files: readonly Download[], target: string): Promise<void> => {
  const packages = join(target, "packages");
  await mkdir(packages);
  const names = files.map(({ name, version }) => `${name}=${version}`);
  await run("apt-get", [...lists.options, "-q", "download", ...names], {
    cwd: packages,
    seconds: 900,
  });
  const root = join(target, "root");
  await mkdir(root);
  for (const file of await readdir(packages)) await run("dpkg", ["-x", join(packages, file), root]);
  await rm(packages, { recursive: true });
  await writeFile(join(target, "packages.txt"), `${names.join("\n")}\n`);
};

const refreshed = async (
  settings: Settings,
  artefact: DebianArtefact,
): Promise<[Lists, Download[]]> => {
  const lists = await privateLists(settings, artefact.suite);
  settings.say("debian: refreshing private package lists");
  await apt(lists, "apt-get", ["-q", "update"]);
  const files = await wanted(lists, artefact);
  if (files) return [lists, files];
  throw new Trouble(
    `Debian's packages ${artefact.packages.flat().join(", ")} are not all offered by this machine's sources (/etc/apt): the direct provider needs Debian 12 or newer`,
  );
};

const make = (
  settings: Settings,
  name: string,
  [lists, files]: [Lists, Download[]],
): Promise<Made> => {
  const inputs = Object.fromEntries(files.map((file) => [file.name, file.version]));
  return cached(settings.cache, `${name}-${keyOf(inputs)}`, (target) =>
    unpack(lists, files, target),
  );
};

/** Which folder answers for a request is remembered, so that a warm start asks apt nothing; remove `<name>.current` for newer packages. */
const remembered = async (settings: Settings, name: string): Promise<string | undefined> => {
  try {
    return (await readFile(join(settings.cache, `${name}.current`), "utf8")).trim();
  } catch {
    return undefined;
  }
};

const lookUp = async (
  settings: Settings,
  name: string,
  artefact: DebianArtefact,
): Promise<Made> => {
  const own = artefact.suite
    ? undefined
    : await wanted(machineLists, artefact).catch(() => undefined);
  if (!own) return make(settings, name, await refreshed(settings, artefact));
  try {
    return await make(settings, name, [machineLists, own]);
  } catch {
    // The machine's lists may be so old that the mirror no longer has those versions.
    return make(settings, name, await refreshed(settings, artefact));
  }
};

/** Downloads packages and the libraries they need, and unpacks them into `<cache>/<name>-<key>/root`. */
export const unpacked = async (
  settings: Settings,
  name: string,
  artefact: DebianArtefact,
): Promise<Made> => {
  await mkdir(settings.cache, { recursive: true });
  const request = keyOf({
    packages: JSON.stringify(artefact.packages),
    suite: artefact.suite ?? "",
  });
  const [asked, folder] = (await remembered(settings, name))?.split(" ") ?? [];
  if (asked === request && folder) {
    const path = join(settings.cache, folder);
    if (existsSync(path)) return { path, cached: true, seconds: 0 };
  }
  const made = await lookUp(settings, name, artefact);
  const current = made.path.slice(settings.cache.length + 1);
  await writeFile(join(settings.cache, `${name}.current`), `${request} ${current}\n`);
  return made;
};
