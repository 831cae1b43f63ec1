/** Bundles what is injected: `agent.cjs`, one CommonJS file that every Node can at least parse, and the folder of profile `full`. */
import { mkdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { AGENT_FILE } from "./contract.ts";

/** A ConfigMap holds one MiB, and start-up time grows with every byte. */
export const AGENT_LIMIT = 400 * 1024;
/** An older Node must reach the line that says it is too old, so no newer syntax may stand in the file. */
const OLDEST_PARSER = "node12";

const here = import.meta.dirname;

export async function buildAgent(outDir: string): Promise<void> {
  await mkdir(outDir, { recursive: true });
  const outfile = join(outDir, AGENT_FILE);
  await build({
    entryPoints: [join(here, "src/main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: OLDEST_PARSER,
    legalComments: "none",
    logLevel: "warning",
    define: { AGENT_VERSION: JSON.stringify(await version()) },
    // Declared fields are assigned in constructors; defining them first would give every object a second shape.
    tsconfigRaw: {
      compilerOptions: { useDefineForClassFields: false, verbatimModuleSyntax: true },
    },
  });
  const { size } = await stat(outfile);
  if (size > AGENT_LIMIT)
    throw new Error(`${AGENT_FILE} has ${size} bytes, more than ${AGENT_LIMIT}`);
}

async function version(): Promise<string> {
  const manifest = JSON.parse(await readFile(join(here, "package.json"), "utf8")) as {
    version: string;
  };
  return manifest.version;
}
