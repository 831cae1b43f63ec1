/** The commands of our own program that pages tell their readers to type are run, as they stand, with the program's own code. */
import type { Io } from "../../cli/io.ts";
import { run } from "../../cli/program.ts";
import { commands } from "../../cli/table.ts";
import { EXIT } from "../../cli/trouble.ts";
import type { Checked } from "./links.ts";
import { ownWords } from "./ours.ts";
import { inputOf, openShop } from "./shop.ts";
import { type Call, withoutRedirection } from "./shell.ts";

const isPlaceholder = (word: string | undefined): boolean => /^[A-Z]+$/.test(word ?? "");

/** These ask more of the world than a namespace in memory: that they can be loaded is seen by their help. */
const WORLDLY: Record<string, string> = {
  console: "serves until it is ended: console/console.rig.test.ts",
  overhead: "measures for minutes: overhead/run.rig.test.ts",
  "parity suggest": "asks addresses of the reader's own: operator/parity/suggest.rig.test.ts",
};

const isWorldly = (args: string[]): boolean =>
  Object.keys(WORLDLY).some((name) => `${args.join(" ")} `.startsWith(`${name} `));

/** Mentions may leave words out, and usage stands for many calls: of those, the help. */
const runnable = (args: string[], isWhole: boolean): string[] => {
  if (args.includes("--help")) return args;
  const asked = [args[0] ?? "", "--help"];
  if (!isWhole || args.includes("[options]") || isWorldly(args)) return asked;
  return withoutRedirection(args);
};

const quietly = (args: readonly string[], said: string[]): Io => ({
  print: () => undefined,
  remark: (text) => void said.push(text.trim()),
  input: () => Promise.resolve(inputOf(args)),
  isTerminal: false,
  hasColour: false,
  columns: 100,
  now: () => new Date(),
  connect: () => Promise.resolve(openShop()),
  readText: () => Promise.reject(new Error("a command of a page asked for a file")),
  save: () => Promise.resolve(),
  // Whoever watches has seen enough.
  signal: AbortSignal.abort(),
});

/** Both are answers: yes and no. */
const ANSWERS: readonly number[] = [EXIT.done, EXIT.no];

export const execute = async (calls: Call[]): Promise<Checked> => {
  const seen = new Map<string, Call>();
  for (const call of calls) {
    const args = ownWords(call);
    if (!args?.[0] || isPlaceholder(args[0]) || args[0].startsWith("-")) continue;
    const key = JSON.stringify(runnable(args, call.isWhole));
    if (!seen.has(key)) seen.set(key, call);
  }
  const problems: Checked["problems"] = [];
  for (const [key, { file, line, words }] of seen) {
    const said: string[] = [];
    const args = JSON.parse(key) as string[];
    const code = await run(commands, args, quietly(args, said));
    if (ANSWERS.includes(code)) continue;
    const why = `ended with ${code}: ${said.join(" ")}`;
    problems.push({ file, line, text: words.join(" "), why });
  }
  return { count: seen.size, problems };
};
