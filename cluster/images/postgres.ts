import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ArtefactName } from "../artefacts/catalogue.ts";
import { pathOf, type Paths } from "../artefacts/ensure.ts";
import type { Settings } from "../settings.ts";
import { Trouble } from "../trouble.ts";
import { skeleton, user, userName } from "./base.ts";
import { file, folder, link, text, tree } from "./files.ts";
import type { Entry } from "./layer.ts";
import { libraries } from "./libraries.ts";
import type { ImageList } from "./store.ts";

const applets = [
  "sh",
  "cat",
  "echo",
  "ls",
  "mkdir",
  "mv",
  "printf",
  "rm",
  "sleep",
  "chmod",
  "id",
  "test",
  "head",
  "sed",
];

export const unpackedRoot = (paths: Paths, name: ArtefactName): string =>
  join(pathOf(paths, name), "root");

/** Folders in an unpacked tree that the loader must search. */
export const libraryFolders = async (root: string): Promise<string[]> => {
  const found: string[] = [];
  for (const base of ["usr/lib", "lib"]) {
    const names = await readdir(join(root, base)).catch(() => []);
    found.push(
      ...names.filter((name) => name.endsWith("-linux-gnu")).map((name) => join(root, base, name)),
    );
  }
  return found;
};

const releaseIn = async (root: string): Promise<string> => {
  const names = await readdir(join(root, "usr/lib/postgresql")).catch(() => []);
  const release = names.find((name) =>
    existsSync(join(root, "usr/lib/postgresql", name, "bin/postgres")),
  );
  if (!release) throw new Trouble(`no PostgreSQL in ${root}: remove that folder and build again`);
  return release;
};

const programs = ["postgres", "initdb", "psql", "pg_isready", "pg_dump", "pg_ctl"];

/** initdb starts its helpers through /bin/sh. */
const shell = async (root: string): Promise<Entry[]> => [
  await file("/bin/busybox", join(root, "bin/busybox")),
  ...applets.map((name) => link(`/bin/${name}`, "busybox")),
];

/** Compiling queries needs a library of a hundred megabytes, for a gain that no small database sees. */
const noJit = (path: string): boolean => !path.startsWith("bitcode") && !path.includes("llvmjit");

const serverFiles = async (root: string, release: string): Promise<Entry[]> => {
  const home = `/usr/lib/postgresql/${release}`;
  const share = `/usr/share/postgresql/${release}`;
  const binaries = programs.map((name) => join(root, home, "bin", name));
  return [
    ...(await Promise.all(binaries.map((path) => file(path.slice(root.length), path)))),
    ...(await tree(join(home, "lib"), join(root, home, "lib"), noJit)),
    ...(await tree(share, join(root, share), (path) => !path.startsWith("man"))),
    ...(await tree("/usr/share/zoneinfo", join(root, "usr/share/zoneinfo"))),
    ...(await libraries(binaries, { root, folders: await libraryFolders(root) })),
  ];
};

/** PostgreSQL as a user that is not root. Same variables as the published image; the data lie one folder below the volume. */
export const postgresImage = async (settings: Settings, paths: Paths): Promise<ImageList> => {
  const root = unpackedRoot(paths, "postgres");
  const release = await releaseIn(root);
  const entry = await readFile(join(settings.repo, "cluster/images/postgres-entry.sh"), "utf8");
  return {
    name: "flashcard-otel/postgres",
    layers: [
      [...skeleton, ...(await shell(root)), ...(await serverFiles(root, release))],
      [
        text("/docker-entrypoint.sh", entry, 0o755),
        folder("/var/lib/postgresql/data", { uid: user, mode: 0o700 }),
      ],
    ],
    config: {
      Entrypoint: ["/docker-entrypoint.sh"],
      Cmd: ["postgres"],
      User: userName,
      WorkingDir: "/",
      Env: [
        `PATH=/usr/lib/postgresql/${release}/bin:/usr/bin:/bin`,
        "PGDATA=/var/lib/postgresql/data/pgdata",
      ],
    },
  };
};
