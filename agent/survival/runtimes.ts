/**
 * The Nodes an agent may meet, installed on demand into the cache and not part of the product's lock: several versions of one
 * package cannot stand side by side there, and nobody but this suite needs them.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export interface Runtime {
  major: number;
  version: string;
}

/** Too old for the agent: it says so and does nothing. */
export const UNSUPPORTED: readonly Runtime[] = [{ major: 16, version: "16.20.2" }];

export const SUPPORTED: readonly Runtime[] = [
  { major: 18, version: "18.20.8" },
  { major: 20, version: "20.20.2" },
  { major: 22, version: "22.23.5" },
  { major: 24, version: "24.22.3" },
  { major: 26, version: "26.12.1" },
];

const cache = (): string =>
  join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "flashcard-otel");

/** Node's own binaries, as the npm package `node` would choose them. */
function packageName(): string {
  const { platform, arch } = process;
  const prefix = platform === "darwin" && arch === "arm64" ? "node-bin" : "node";
  return `${prefix}-${platform}-${arch}`;
}

const programIn = (folder: string): string =>
  join(folder, "node_modules", packageName(), "bin", "node");

/** The path of the program; installs it first where it is missing. */
export async function install({ version }: Runtime): Promise<string> {
  const folder = join(cache(), `node-${version}`);
  if (!existsSync(programIn(folder))) await fetchInto(folder, version);
  return programIn(folder);
}

/** Nobody ever sees half an installation: it is made beside its place and moved there. */
async function fetchInto(folder: string, version: string): Promise<void> {
  await mkdir(cache(), { recursive: true });
  const half = await mkdtemp(`${folder}-`);
  const wanted = `${packageName()}@${version}`;
  const quiet = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  try {
    await promisify(execFile)("npm", ["install", "--prefix", half, ...quiet, wanted]);
    await rename(half, folder);
  } catch (cause) {
    await rm(half, { recursive: true, force: true });
    throw new Error(`installing ${wanted}: a package registry that has it is needed`, { cause });
  }
}
