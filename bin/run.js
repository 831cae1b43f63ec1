#!/usr/bin/env node
/**
 * Starts any of the project's programs right after a clone, on any Node >= 20: installs the locked dependencies when the lock has
 * changed, then goes on under the Node 24 that is one of them. Plain JavaScript on purpose: older Nodes cannot run TypeScript.
 *
 *   node bin/run.js demo/main.ts [arguments]
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const node = join(
  root,
  "node_modules",
  "node",
  "bin",
  process.platform === "win32" ? "node.exe" : "node",
);
const stamp = join(root, ".state", "installed");

const fail = (message) => {
  console.error(message);
  process.exit(1);
};

const lockHash = () =>
  createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");

const isInstalled = (hash) =>
  existsSync(node) && existsSync(stamp) && readFileSync(stamp, "utf8") === hash;

const install = (hash) => {
  console.error("installing the locked dependencies (npm ci)");
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0)
    fail(
      "npm ci failed: see its message above. It needs a package registry; nothing else was changed.",
    );
  if (!existsSync(node))
    fail(
      `npm ci left no Node 24 at ${node}: its install script was not allowed to run (see allowScripts in package.json).`,
    );
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
};

if (Number(process.versions.node.split(".")[0]) < 20)
  fail(`Node ${process.versions.node} is too old to start: 20 or newer is needed.`);
const [program, ...rest] = process.argv.slice(2);
if (!program) fail("usage: node bin/run.js PROGRAM.ts [arguments]");
const hash = lockHash();
if (!isInstalled(hash)) install(hash);
// The locked Node comes first on the path, so that every child, npm's own scripts included, runs on it.
const env = {
  ...process.env,
  PATH: `${dirname(node)}:${join(root, "node_modules", ".bin")}:${process.env.PATH ?? ""}`,
};
const child = spawnSync(node, ["--disable-warning=ExperimentalWarning", program, ...rest], {
  cwd: root,
  stdio: "inherit",
  env,
});
if (child.error) fail(`starting ${program}: ${child.error.message}`);
process.exit(child.status ?? 1);
