/** Every way in which a program is given to Node. */
import type { Row } from "../row.ts";

const WORK = `import { createRequire } from "node:module"; await createRequire(import.meta.url)("$APPS/work.cjs")();`;

const entry = (fault: string, row: Omit<Row, "fault" | "moment">): Row => ({
  fault: `entry: ${fault}`,
  moment: "before",
  ...row,
});

export const entries: Row[] = [
  entry("an empty file", { code: "" }),
  entry("CommonJS", { code: `require("$APPS/work.cjs")();` }),
  entry("ESM", { code: WORK, esm: true }),
  entry("ESM that imports later", {
    code: `await import("$APPS/work.cjs").then((m) => m.default());`,
    esm: true,
  }),
  entry("ESM that exports all of a package", {
    code: `export * from "@opentelemetry/api"; import * as api from "@opentelemetry/api"; console.log(Object.keys(api).length);`,
    esm: true,
  }),
  entry("ESM that never settles", { code: "await new Promise(() => {});", esm: true }),
  entry("ESM that throws", { code: `throw new Error("planned");`, esm: true }),
  entry("ESM with a syntax error", { code: "let let;", esm: true }),
  entry("CommonJS with a syntax error", { code: "let 1;" }),
  entry("a file that is not there", { args: ["$APPS/nowhere.cjs"] }),
  entry("a module that is not there", { code: `require("nowhere-to-be-found");` }),
  entry("JSON", { args: ["$APPS/data.json"] }),
  entry("node -e", { args: ["-e", `require("$APPS/work.cjs")()`] }),
  entry("node -e, very short", { args: ["-e", "0"] }),
  entry("node -p", { args: ["-p", "1 + 1"] }),
  entry("node -p of a promise", { args: ["-p", "Promise.resolve(1)"] }),
  entry("node -e as a module", { args: ["--input-type=module", "-e", WORK] }),
  entry("node --check", { flags: ["--check"], code: "console.log(1);", agent: "unknown" }),
  entry("node --version", { args: ["--version"], agent: "unknown" }),
  entry("standard input", { args: ["-"], stdin: `console.log(1 + 1, process.argv.length);` }),
  entry("the REPL", { args: ["-i"], stdin: "1 + 1\nawait 5\nthrow new Error('planned')\n.exit\n" }),
  entry("the test runner", {
    args: ["--test", "--test-reporter=tap", "$APPS/passing.cjs"],
    from: 20,
  }),
  entry("a failing test", {
    args: ["--test", "--test-reporter=tap", "$APPS/failing.cjs"],
    from: 20,
  }),
  entry("a preload by import", {
    flags: ["--import", "data:text/javascript,console.log('imported')"],
    code: "",
    from: 18,
  }),
  entry("a loader that the program registers", {
    code: `import { register } from "node:module"; register("data:text/javascript,export async function resolve(s, c, n) { return n(s, c); }"); const { add } = await import("data:text/javascript,export const add = (a, b) => a + b"); console.log(add(1, 2));`,
    esm: true,
    from: 22,
  }),
  entry("an import of TypeScript", { args: ["$APPS/typed.mts"], from: 24 }),
];
