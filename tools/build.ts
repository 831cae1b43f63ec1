/**
 * Bundles what the operator's image carries: the operator itself, what `helm test` runs, the meter and the sink of a trial, the k6 programs,
 * and the agent in both forms.
 *
 *   node bin/run.js tools/build.ts [FOLDER]     default dist/operator
 */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { buildAgent } from "../agent/build.ts";
import { buildLoadtest } from "../loadtest/build.ts";
import { root } from "./run.ts";

/** Libraries that are CommonJS inside call `require`; a bundle that is a module has none of its own. */
const REQUIRE = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;

const PROGRAMS = { operator: "main.ts", installed: "installed.ts" };

const buildPrograms = (folder: string) =>
  build({
    entryPoints: Object.entries(PROGRAMS).map(([out, file]) => ({
      in: join(root, "operator", file),
      out,
    })),
    outdir: folder,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    banner: { js: REQUIRE },
    legalComments: "none",
    logLevel: "error",
  });

/** Writes operator.js, installed.js, meter.js, sink.js, agent.cjs, agent-full/ and k6/ into `folder`, which is emptied first. */
export const buildOperator = async (folder: string): Promise<void> => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all([buildPrograms(folder), buildLoadtest(folder), buildAgent(folder)]);
  await rename(join(folder, "full"), join(folder, "agent-full"));
  await writeFile(join(folder, "package.json"), `${JSON.stringify({ type: "module" })}\n`);
};

if (import.meta.main) {
  const folder = process.argv[2] ?? join(root, "dist", "operator");
  await buildOperator(folder);
  console.log(folder);
}
