/** Real PostgreSQL and Redis as plain processes on free loopback ports, in a folder that goes away. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { once } from "node:events";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../tools/ports.ts";

export interface Server {
  port: number;
  stop: () => Promise<void>;
}

const CACHE = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "flashcard-otel");
const NOBODY = 65534;

async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const socket = connect(port, "127.0.0.1");
    const [event] = await Promise.race([
      once(socket, "connect").then(() => ["connect"]),
      once(socket, "error").then(() => ["error"]),
    ]).catch(() => ["error"]);
    socket.destroy();
    if (event === "connect") return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on ${port}`);
}

/** The newest folder the cluster's build left for a package, or undefined. */
function unpacked(name: string): string | undefined {
  if (!existsSync(CACHE)) return undefined;
  const found = readdirSync(CACHE).filter((entry) => entry.startsWith(`${name}-`));
  return found.map((entry) => join(CACHE, entry, "root")).find((root) => existsSync(root));
}

const stopper = (child: ChildProcess, folder: string) => async () => {
  const ended = once(child, "close");
  child.kill("SIGINT");
  await ended;
  await rm(folder, { recursive: true, force: true });
};

function postgresFolder(): { bin: string; root: string } | undefined {
  for (const root of ["/", unpacked("postgres")]) {
    const versions = root === undefined ? undefined : join(root, "usr/lib/postgresql");
    if (root === undefined || versions === undefined || !existsSync(versions)) continue;
    const version = readdirSync(versions)
      .map(Number)
      .toSorted((a, b) => b - a)[0];
    if (version !== undefined) return { bin: join(versions, String(version), "bin"), root };
  }
  return undefined;
}

/** Undefined where no PostgreSQL is on the machine. */
export async function startPostgres(): Promise<Server | undefined> {
  const found = postgresFolder();
  if (found === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "flashcard-pg-"));
  // PostgreSQL refuses to run as root.
  const root = process.getuid?.() === 0;
  const as = root ? { uid: NOBODY, gid: NOBODY } : {};
  if (root) await chown(folder, NOBODY, NOBODY);
  const env = { PATH: process.env["PATH"] ?? "", LC_ALL: "C" };
  const data = join(folder, "data");
  const init = ["-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"];
  execFileSync(join(found.bin, "initdb"), init, { ...as, env, cwd: folder, stdio: "pipe" });
  const port = await freePort();
  const options = ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", folder, "-F"];
  const child = spawn(join(found.bin, "postgres"), options, {
    ...as,
    env,
    cwd: folder,
    stdio: "ignore",
  });
  await listening(port);
  return { port, stop: stopper(child, folder) };
}

function redisCommand(): { command: string; libraries: string } | undefined {
  for (const path of [
    "/usr/bin/redis-server",
    "/usr/bin/valkey-server",
    "/usr/local/bin/redis-server",
  ])
    if (existsSync(path)) return { command: path, libraries: "" };
  const root = unpacked("redis");
  const command = root === undefined ? "" : join(root, "usr/bin/redis-server");
  if (root === undefined || !existsSync(command)) return undefined;
  const machine = process.arch === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
  return {
    command,
    libraries: [join(root, "usr/lib", machine), join(root, "lib", machine)].join(":"),
  };
}

/** Undefined where no Redis is on the machine. */
export async function startRedis(): Promise<Server | undefined> {
  const found = redisCommand();
  if (found === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "flashcard-redis-"));
  const port = await freePort();
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder];
  const env = { PATH: process.env["PATH"] ?? "", LD_LIBRARY_PATH: found.libraries };
  const child = spawn(found.command, options, { env, stdio: "ignore" });
  await listening(port);
  return { port, stop: stopper(child, folder) };
}
