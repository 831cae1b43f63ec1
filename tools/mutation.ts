/**
 * How many changes of the code does a test notice? Each mutant is one small change; the score is the share that turns a test red.
 *
 *   npm run mutation -- [SCOPE...] [--only TEXT] [--json FILE]
 *
 * --only changes no file but those whose path holds TEXT. Exit code 1 when a scope is below its target. It works on a copy of the
 * sources, one mutant at a time.
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";
import { type Part, scopes } from "./mutationscopes.ts";

interface Survivor {
  place: string;
  change: string;
}

interface Result {
  scope: string;
  target: number;
  mutants: number;
  /** Percent of the mutants that a test noticed. */
  score: number;
  survived: Survivor[];
  seconds: number;
}

/** Mutants that cannot be compiled, or that a person has excused in the source, say nothing about tests. */
const COUNTED: readonly string[] = ["Killed", "Timeout", "Survived", "NoCoverage"];
const NOTICED: readonly string[] = ["Killed", "Timeout"];

const jestConfig = (await import(new URL("../jest.config.js", import.meta.url).href)) as {
  default: Record<string, unknown>;
};

const optionsFor = ({ mutate, tests }: Part): ConstructorParameters<typeof Stryker>[0] => ({
  mutate,
  testRunner: "jest",
  plugins: ["@stryker-mutator/jest-runner"],
  // Jest runs modules as they are, which Node still calls experimental.
  testRunnerNodeArgs: ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning"],
  jest: {
    projectType: "custom",
    config: {
      ...jestConfig.default,
      // The copy lies in .state, which is passed over otherwise.
      modulePathIgnorePatterns: ["/dist/"],
      testMatch: tests.map((pattern) => `<rootDir>/${pattern}`),
    },
    enableFindRelatedTests: false,
  },
  coverageAnalysis: "perTest",
  ignorePatterns: ["/.state", "dist", "/docs", "/console", "/cli", "/charts/*/files/dashboards"],
  // It would be rewritten with an interface that TypeScript 7 has no more; nothing here is compiled.
  tsconfigFile: ".state/none.json",
  tempDirName: ".state/mutation",
  reporters: ["clear-text", "progress-append-only"],
  clearTextReporter: {
    allowColor: false,
    reportTests: false,
    reportMutants: false,
    reportScoreTable: false,
  },
  concurrency: 1,
  // Modules of earlier runs are never given back.
  maxTestRunnerReuse: 50,
  timeoutMS: 3000,
  // Sentences may change freely; the words and numbers in them that matter are asserted where they are made.
  mutator: { excludedMutations: ["StringLiteral"] },
  disableTypeChecks: false,
  allowConsoleColors: false,
});

const measure = async (part: Part): Promise<Pick<Result, "mutants" | "survived">> => {
  const all = await new Stryker(optionsFor(part)).runMutationTest();
  const counted = all.filter(({ status }) => COUNTED.includes(status));
  const survived = counted.filter(({ status }) => !NOTICED.includes(status));
  return {
    mutants: counted.length,
    survived: survived.map(({ fileName, location, replacement, status }) => ({
      place: `${fileName.replace(/^.*\/(?=operator\/|agent\/)/, "")}:${location.start.line}:${location.start.column + 1}`,
      change: `${status === "NoCoverage" ? "not run; " : ""}${(replacement ?? "").slice(0, 120)}`,
    })),
  };
};

const percent = (mutants: number, survived: Survivor[]): number =>
  Math.round(1000 * (1 - survived.length / Math.max(1, mutants))) / 10;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string", default: "" }, json: { type: "string" } },
});
const unknown = positionals.filter((name) => !(name in scopes));
if (unknown.length > 0)
  throw new Error(`no scope ${unknown.join(", ")}: one of ${Object.keys(scopes).join(", ")}`);

const results: Result[] = [];
for (const [name, { parts, target }] of Object.entries(scopes)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const began = performance.now();
  let mutants = 0;
  const survived: Survivor[] = [];
  for (const { mutate, tests } of parts) {
    const chosen = mutate.filter((file) => file.includes(values.only));
    if (chosen.length === 0) continue;
    const found = await measure({ mutate: chosen, tests });
    mutants += found.mutants;
    survived.push(...found.survived);
    const score = percent(found.mutants, found.survived);
    console.log(`${chosen.join(" ")}: ${score} % of ${found.mutants} mutants noticed`);
  }
  if (mutants === 0) continue;
  const score = percent(mutants, survived);
  const seconds = Math.round((performance.now() - began) / 1000);
  results.push({ scope: name, target, mutants, score, survived, seconds });
  for (const { place, change } of survived) console.log(`  survived ${place}  ${change}`);
  console.log(
    `${name}: ${score} % of ${mutants} mutants noticed, target ${target} %, ${seconds} s`,
  );
}
if (values.json)
  await writeFile(values.json, `${JSON.stringify({ scopes: results }, undefined, 2)}\n`);
process.exitCode = results.every(({ score, target }) => score >= target) ? 0 : 1;
