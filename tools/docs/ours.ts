/** Calls of our own program in pages, held against the table from which it is made. Pure. */
import { understand } from "../../cli/arguments.ts";
import { spelled } from "../../cli/help.ts";
import { optionsOf } from "../../cli/options.ts";
import { furthest } from "../../cli/program.ts";
import { commands } from "../../cli/table.ts";
import { type Call, verbOf, withoutRedirection } from "./shell.ts";

export const PLUGIN = "flashcard-otel";

/** What follows the name of our program, however it is called; undefined where another is called. */
export const ownWords = ({ words: [program, ...args] }: Call): string[] | undefined => {
  if (program === PLUGIN) return args;
  return program === "kubectl" && verbOf(args) === PLUGIN
    ? args.slice(args.indexOf(PLUGIN) + 1)
    : undefined;
};

const GENERAL = ["", "COMMAND", "--help", "--version", "help", "version"];

/** Usage, as in docs/cli.md. */
const isUsage = (args: string[]): boolean => args.includes("[options]");

/** In a block, every word is held against the table; a mention may leave words out. */
export const whyNotOurs = (args: string[], { isWhole }: Call): string | undefined => {
  const [first = "", ...others] = args;
  if (GENERAL.includes(first)) return undefined;
  const row = commands.find((command) => command.name === first);
  if (!row) return `there is no command ${first}`;
  const [{ name, definition }, rest] = furthest(row, others);
  // Without a definition a program understands its arguments itself.
  if (!definition || isUsage(args)) return undefined;
  if (isWhole) return refusal(() => understand(definition, withoutRedirection(rest)));
  const known = Object.entries(optionsOf(definition)).flatMap(([long, option]) =>
    [...spelled(long, option).matchAll(/--?[\w-]+/g)].map(([word]) => word),
  );
  const strange = rest.find((word) => word.startsWith("-") && !known.includes(word));
  return strange && `${name} has no option ${strange}`;
};

export const refusal = (attempt: () => unknown): string | undefined => {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return String(error);
  }
};
