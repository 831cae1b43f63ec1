/**
 * Bundles the command line into one file that any Node from 22 on runs: `flashcard-otel`, and `kubectl flashcard-otel` under its other name.
 *
 *   npm run build -w cli -- [FOLDER] [--release URL]     default cli/dist; URL: where flashcard-otel.tar.gz will be
 */
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { build, type Plugin } from "esbuild";
import { buildLean } from "../agent/build.ts";
import { AGENT_FILE } from "../agent/contract.ts";
import { buildPage } from "../console/build.ts";
import { archive } from "../cli/diagnose/archive.ts";
import { VERSION } from "../cli/version.ts";
import { root } from "./run.ts";

export const PROGRAM = "flashcard-otel.cjs";

/** People bring their own Node. */
const OLDEST = 22;
const GUARD = `if (Number(process.versions.node.split(".")[0]) < ${OLDEST}) {
  process.stderr.write("error: Node " + process.version + " is too old\\n  why:   flashcard-otel needs ${OLDEST} or newer\\n  to do: put a newer node first on the PATH; in a clone, npm run cli -- COMMAND brings its own\\n");
  process.exit(1);
}`;

/**
 * What the bundle leaves out, because every start reads all of it: of the client only its kubeconfig is used, not its generated
 * API nor the fetch that API brings; of zod one language.
 */
const LEFT_OUT: readonly { path: RegExp; contents: string }[] = [
  {
    path: /client-node\/dist\/gen\/index\.js$/,
    contents: absent("createConfiguration", "ServerConfiguration"),
  },
  { path: /node_modules\/undici\/index\.js$/, contents: absent("Agent", "ProxyAgent") },
  { path: /zod\/v4\/locales\/index\.js$/, contents: `export { default as en } from "./en.js";` },
];

/** Fails loudly, should somebody come to need it after all. */
function absent(...names: string[]): string {
  return names
    .map(
      (name) =>
        `export class ${name} { constructor() { throw new Error("${name} is not bundled"); } }`,
    )
    .join("\n");
}

const leaveOut: Plugin = {
  name: "leave-out",
  setup: (bundler) => {
    for (const { path, contents } of LEFT_OUT)
      bundler.onLoad({ filter: path }, (file) => ({ contents, resolveDir: dirname(file.path) }));
  },
};

/** A plan shows the hash of the agent's configuration, so the program knows the agent of its version. */
const agentText = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "flashcard-otel-agent-"));
  try {
    await buildLean(folder);
    return await readFile(join(folder, AGENT_FILE), "utf8");
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** Returns the path of the program. */
export const buildCli = async (folder: string): Promise<string> => {
  await mkdir(folder, { recursive: true });
  const outfile = join(folder, PROGRAM);
  await build({
    entryPoints: [join(root, "cli", "main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    target: `node${OLDEST}`,
    // In a module, even builtins that one command needs would be loaded with every start.
    format: "cjs",
    minify: true,
    banner: { js: GUARD },
    plugins: [leaveOut],
    // Neither is reached: what they would build is carried.
    external: ["esbuild", "*/overhead/sources.ts"],
    define: {
      AGENT_SOURCE: JSON.stringify(await agentText()),
      MOVE_SOURCE: JSON.stringify(await readFile(join(root, "overhead", "move.cjs"), "utf8")),
      CONSOLE_PAGE: JSON.stringify(await buildPage()),
    },
    legalComments: "none",
    logLevel: "error",
  });
  await chmod(outfile, 0o755);
  return outfile;
};

/** The archive that the plugin manager fetches, and the manifest that tells it so. */
export const release = async (folder: string, uri: string): Promise<void> => {
  const files = new Map([
    [PROGRAM, await readFile(await buildCli(folder), "utf8")],
    ["LICENSE", await readFile(join(root, "LICENSE"), "utf8")],
  ]);
  // The same sources give the same archive.
  const look = { folder: "flashcard-otel", at: new Date(0), mode: 0o755 };
  const bytes = await archive(files, look);
  const values: Record<string, string> = {
    VERSION,
    URI: uri,
    SHA256: createHash("sha256").update(bytes).digest("hex"),
  };
  const template = await readFile(join(root, "cli", "krew.yaml"), "utf8");
  const manifest = template.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
  await writeFile(join(folder, "flashcard-otel.tar.gz"), bytes);
  await writeFile(join(folder, "krew.yaml"), manifest);
};

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    options: { release: { type: "string" } },
    allowPositionals: true,
  });
  const folder = positionals[0] ?? join(root, "cli", "dist");
  if (values.release) await release(folder, values.release);
  else await buildCli(folder);
  console.log(folder);
}
