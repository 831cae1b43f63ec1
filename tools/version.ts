/** Identifies what a work tree holds, so that an outcome is never taken for that of other sources. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const exec = promisify(execFile);

/** An index of its own sees untracked files as well, and leaves what the user has staged alone. */
const treeOf = async (folder: string): Promise<string> => {
  const scratch = await mkdtemp(join(tmpdir(), "flashcard-otel-index-"));
  const options = { cwd: folder, env: { ...process.env, GIT_INDEX_FILE: join(scratch, "index") } };
  try {
    await exec("git", ["add", "--all"], options);
    return (await exec("git", ["write-tree"], options)).stdout.trim();
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};

/** `COMMIT` of a clean tree, else `COMMIT+TREE`: a hash over everything that is not ignored. */
export const versionOf = async (folder: string): Promise<string> => {
  const parse = (name: string) => exec("git", ["rev-parse", name], { cwd: folder });
  const commit = (await parse("HEAD")).stdout.trim();
  const committed = (await parse("HEAD^{tree}")).stdout.trim();
  const tree = await treeOf(folder);
  const short = commit.slice(0, 12);
  return tree === committed ? short : `${short}+${tree.slice(0, 12)}`;
};

/** A hash over those files and folders alone, as they are now. */
export const partsOf = async (folder: string, paths: readonly string[]): Promise<string> => {
  const tree = await treeOf(folder);
  const objects = paths.map((path) => `${tree}:${path}`);
  const { stdout } = await exec("git", ["rev-parse", ...objects], { cwd: folder });
  return createHash("sha256").update(stdout).digest("hex").slice(0, 12);
};
