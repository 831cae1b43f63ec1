/** Bundles what is injected: `agent.cjs`, one CommonJS file that every Node can at least parse, and the folder of profile `full`. */
import { cp, mkdir, readFile, stat } from "node:fs/promises";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build, type BuildOptions } from "esbuild";
import { AGENT_FILE, FULL_FILE } from "./contract.ts";

/** A ConfigMap holds one MiB, and start-up time grows with every byte. */
export const AGENT_LIMIT = 400 * 1024;
/** An older Node must reach the line that says it is too old, so no newer syntax may stand in the file. */
const OLDEST_PARSER = "node12";
const FULL_PARSER = "node22";

/**
 * Around the whole file: an old Node fails at the first `require("node:...")`, and a throw while loading would end the
 * application. In words that every Node can run.
 */
const GUARD = `"use strict";
var sayInert = function (why) {
  try {
    require("fs").writeSync(2, "flashcard-otel: inert: " + why + "\\n");
  } catch (closed) {}
};
try {
if (Number(process.versions.node.split(".")[0]) < 18) {
  if (require("worker_threads").isMainThread)
    sayInert("Node " + process.version + " is older than 18");
  return;
}`;
const GUARD_END = `} catch (error) {
  sayInert(String(error).split("\\n")[0]);
}`;

const here = import.meta.dirname;

const shared: BuildOptions = {
  bundle: true,
  platform: "node",
  format: "cjs",
  legalComments: "none",
  logLevel: "error",
  // Declared fields are assigned in constructors; defining them first would give every object a second shape.
  tsconfigRaw: { compilerOptions: { useDefineForClassFields: false, verbatimModuleSyntax: true } },
};

/** Writes `agent.cjs` and `full/` into `outDir`. */
export async function buildAgent(outDir: string): Promise<void> {
  await buildLean(outDir);
  await buildFull(join(outDir, "full"));
}

export async function buildLean(outDir: string): Promise<void> {
  await mkdir(outDir, { recursive: true });
  const outfile = join(outDir, AGENT_FILE);
  await build({
    ...shared,
    entryPoints: [join(here, "src/main.ts")],
    outfile,
    target: OLDEST_PARSER,
    banner: { js: GUARD },
    footer: { js: GUARD_END },
    define: { AGENT_VERSION: JSON.stringify(await version()) },
  });
  const { size } = await stat(outfile);
  if (size > AGENT_LIMIT)
    throw new Error(`${AGENT_FILE} has ${size} bytes, more than ${AGENT_LIMIT}`);
}

/** Its loader hooks find themselves by their own file, so they cannot be bundled. */
const HOOKS = "import-in-the-middle";

export async function buildFull(outDir: string): Promise<void> {
  await mkdir(outDir, { recursive: true });
  await build({
    ...shared,
    entryPoints: [join(here, "full/main.ts")],
    outfile: join(outDir, FULL_FILE),
    target: FULL_PARSER,
    external: [HOOKS, `${HOOKS}/*`],
    // The ESM forms of some packages load others through `createRequire(import.meta.url)`, which a bundle cannot follow.
    conditions: ["require", "node"],
    mainFields: ["main"],
    minifySyntax: true,
    minifyWhitespace: true,
  });
  await copyPackage(HOOKS, join(outDir, "node_modules"), import.meta.filename);
}

/** With its dependencies, flat: none of them needs two versions of another. */
async function copyPackage(name: string, into: string, from: string): Promise<void> {
  const manifest = manifestOf(name, from);
  const { dependencies = {} } = JSON.parse(await readFile(manifest, "utf8")) as {
    dependencies?: Record<string, string>;
  };
  const source = dirname(manifest);
  await cp(source, join(into, name), {
    recursive: true,
    dereference: true,
    filter: (path) => !path.slice(source.length).includes("node_modules"),
  });
  for (const dependency of Object.keys(dependencies)) await copyPackage(dependency, into, manifest);
}

/** `require.resolve` refuses manifests that a package does not export; so walk the places it would look in. */
function manifestOf(name: string, from: string): string {
  const { resolve } = createRequire(from);
  for (const folder of resolve.paths(name) ?? []) {
    const candidate = join(folder, name, "package.json");
    if (existsSync(candidate)) return candidate;
  }
  throw new Error(`${name} is not installed`);
}

async function version(): Promise<string> {
  const manifest = JSON.parse(await readFile(join(here, "package.json"), "utf8")) as {
    version: string;
  };
  return manifest.version;
}
