/** Commands of pages that need no cluster and write nothing are run, with the program's own code. */
import type { Io } from "../../cli/io.ts";
import { run } from "../../cli/program.ts";
import { commands } from "../../cli/table.ts";
import { number, rehearse, textOf } from "../../verdict/rehearsal.ts";
import type { Checked } from "./links.ts";
import { ownWords } from "./ours.ts";
import { type Call, withoutRedirection } from "./shell.ts";

const isPlaceholder = (word: string | undefined): boolean => /^[A-Z]+$/.test(word ?? "");

/** What may be run as it stands. */
const asIs = (args: string[]): boolean => {
  const [name, what, which] = args;
  if (args.includes("--help")) return !isPlaceholder(name);
  if (name === "explain") return what === "reason" && !isPlaceholder(which);
  if (name === "completion") return !isPlaceholder(what) && what !== undefined;
  return name === "verdict" && args.includes("<");
};

/** A command that needs a cluster is asked for its help: it is there, and can be loaded. */
const runnable = (args: string[]): string[] =>
  asIs(args) ? withoutRedirection(args) : [args[0] ?? "", "--help"];

const quietly = (said: string[]): Io => ({
  print: () => undefined,
  remark: (text) => void said.push(text.trim()),
  input: () => Promise.resolve(textOf(number(rehearse()))),
  isTerminal: false,
  hasColour: false,
  columns: 100,
  now: () => new Date(),
  connect: () => Promise.reject(new Error("a command of a page asked for a cluster")),
  readText: () => Promise.reject(new Error("a command of a page asked for a file")),
  save: () => Promise.reject(new Error("a command of a page wanted to write")),
  signal: new AbortController().signal,
});

export const execute = async (calls: Call[]): Promise<Checked> => {
  const seen = new Map<string, Call>();
  for (const call of calls) {
    const args = ownWords(call);
    if (!args?.[0] || isPlaceholder(args[0]) || args[0].startsWith("-")) continue;
    const key = JSON.stringify(runnable(args));
    if (!seen.has(key)) seen.set(key, call);
  }
  const problems: Checked["problems"] = [];
  for (const [key, { file, line, words }] of seen) {
    const said: string[] = [];
    const code = await run(commands, JSON.parse(key) as string[], quietly(said));
    if (code === 0) continue;
    problems.push({
      file,
      line,
      text: words.join(" "),
      why: `ended with ${code}: ${said.join(" ")}`,
    });
  }
  return { count: seen.size, problems };
};
