/** A real PostgreSQL and a real Redis: the machine's own programs, or Debian's packages unpacked in the cache. */
import { existsSync } from "node:fs";
import { chown, cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ensure, pathOf } from "../../cluster/artefacts/ensure.ts";
import { settingsFrom } from "../../cluster/settings.ts";
import { eventually, run, type Running } from "./processes.ts";
import { freePort } from "../../tools/ports.ts";

export interface Servers {
  databaseUrl: string;
  redisUrl: string;
  stop: () => Promise<void>;
}

interface Programs {
  folder: string;
  libraries?: string;
}

/** PostgreSQL refuses to run as root. */
const nobody = 65_534;
const isRoot = (): boolean => process.getuid?.() === 0;
const unprivileged = (): { uid?: number; gid?: number } =>
  isRoot() ? { uid: nobody, gid: nobody } : {};

const unpacked = async (name: "postgres" | "redis"): Promise<string> => {
  const settings = settingsFrom(process.env);
  return join(pathOf(await ensure(settings, [name]), name), "root");
};

const librariesIn = async (root: string): Promise<string> => {
  const names = await readdir(join(root, "usr/lib"));
  return names
    .filter((name) => name.endsWith("-linux-gnu"))
    .map((name) => join(root, "usr/lib", name))
    .join(delimiter);
};

const releaseFolder = async (root: string): Promise<string | undefined> => {
  const home = join(root, "usr/lib/postgresql");
  const releases = await readdir(home).catch(() => []);
  return releases
    .map((release) => join(home, release, "bin"))
    .find((folder) => existsSync(join(folder, "initdb")));
};

/** The cache may lie where another user may not look, so that root works on a copy. */
const postgresPrograms = async (work: string): Promise<Programs> => {
  const own = await releaseFolder("/");
  if (own) return { folder: own };
  const root = join(work, "postgres");
  await cp(await unpacked("postgres"), root, { recursive: true, verbatimSymlinks: true });
  const folder = await releaseFolder(root);
  if (!folder) throw new Error("the unpacked packages hold no PostgreSQL");
  return { folder, libraries: await librariesIn(root) };
};

const redisPrograms = async (): Promise<Programs> => {
  const own = (process.env["PATH"] ?? "")
    .split(delimiter)
    .find((folder) => existsSync(join(folder, "redis-server")));
  if (own) return { folder: own };
  const root = await unpacked("redis");
  return { folder: join(root, "usr/bin"), libraries: await librariesIn(root) };
};

const environmentOf = ({ libraries }: Programs): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  LC_ALL: "C",
  ...(libraries ? { LD_LIBRARY_PATH: libraries } : {}),
});

const startPostgres = async (work: string): Promise<{ url: string; server: Running }> => {
  const programs = await postgresPrograms(work);
  const data = join(work, "data");
  const options = { cwd: work, env: environmentOf(programs), ...unprivileged() };
  const made = run(
    join(programs.folder, "initdb"),
    ["-D", data, "-U", "flashcards", "-A", "trust", "-N", "-E", "UTF8"],
    options,
  );
  const code = await made.stop("SIGCONT");
  if (code !== 0) throw new Error(`making a database failed: ${made.output()}`);
  const port = await freePort();
  const settings = [
    "-p",
    String(port),
    "-h",
    "127.0.0.1",
    "-k",
    work,
    "-c",
    "fsync=off",
    "-c",
    "shared_buffers=32MB",
  ];
  const server = run(join(programs.folder, "postgres"), ["-D", data, ...settings], options);
  await eventually(
    "PostgreSQL",
    async () => server.output().includes("ready to accept connections") || undefined,
  );
  return { url: `postgres://flashcards@127.0.0.1:${port}/postgres`, server };
};

const startRedis = async (work: string): Promise<{ url: string; server: Running }> => {
  const programs = await redisPrograms();
  const port = await freePort();
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", work];
  const server = run(join(programs.folder, "redis-server"), args, {
    cwd: work,
    env: environmentOf(programs),
  });
  await eventually(
    "Redis",
    async () => server.output().includes("Ready to accept connections") || undefined,
  );
  return { url: `redis://127.0.0.1:${port}`, server };
};

export const startServers = async (): Promise<Servers> => {
  const work = await mkdtemp(join(tmpdir(), "flashcards-"));
  if (isRoot()) await chown(work, nobody, nobody);
  const postgres = await startPostgres(work);
  const redis = await startRedis(work);
  return {
    databaseUrl: postgres.url,
    redisUrl: redis.url,
    stop: async () => {
      await Promise.all([postgres.server.stop("SIGINT"), redis.server.stop()]);
      await rm(work, { recursive: true, force: true });
    },
  };
};
