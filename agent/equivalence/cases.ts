/** Every scenario as a case of each module system it is run in. */
import { join } from "node:path";
import { build } from "esbuild";
import { scenarios as aborts } from "./scenarios/aborts.ts";
import { scenarios as client } from "./scenarios/client.ts";
import { scenarios as contexts } from "./scenarios/contexts.ts";
import { scenarios as fetch } from "./scenarios/fetch.ts";
import { scenarios as frameworks } from "./scenarios/frameworks.ts";
import { scenarios as http } from "./scenarios/http.ts";
import { scenarios as manual } from "./scenarios/manual.ts";
import { scenarios as meters } from "./scenarios/meters.ts";
import { scenarios as postgres } from "./scenarios/postgres.ts";
import { scenarios as redis } from "./scenarios/redis.ts";
import { scenarios as server } from "./scenarios/server.ts";

const GROUPS = {
  server,
  aborts,
  frameworks,
  client,
  fetch,
  http,
  redis,
  postgres,
  manual,
  contexts,
  meters,
};

export const MODULES = ["esm", "cjs"] as const;
export type Modules = (typeof MODULES)[number];

export interface Case {
  /** `redis/pipelines esm` */
  name: string;
  scenario: string;
  program: string;
}

const BUILT = join(import.meta.dirname, "..", "dist", "equivalence");

const programOf = (group: string, modules: Modules): string =>
  modules === "esm"
    ? join(import.meta.dirname, "scenarios", `${group}.ts`)
    : join(BUILT, `${group}.cjs`);

export const casesOf = (modules: readonly Modules[]): Case[] =>
  Object.entries(GROUPS).flatMap(([group, scenarios]) =>
    modules.flatMap((each) =>
      Object.keys(scenarios).map((scenario) => ({
        name: `${group}/${scenario} ${each}`,
        scenario,
        program: programOf(group, each),
      })),
    ),
  );

/** The same sources with `require` in the place of `import`; packages stay outside, where they can be instrumented. */
export const buildCommonJs = (): Promise<unknown> =>
  build({
    entryPoints: Object.keys(GROUPS).map((group) => programOf(group, "esm")),
    outdir: BUILT,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    target: "node24",
    define: { "import.meta.main": "true" },
    logLevel: "error",
  });
