/** Does a command of a page exist, word by word? What it says is asked of the sources: npm's scripts, the table of commands, files. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { understand } from "../../cli/arguments.ts";
import { spelled } from "../../cli/help.ts";
import { optionsOf } from "../../cli/options.ts";
import { commands } from "../../cli/table.ts";
import { parseArguments } from "../../cluster/arguments.ts";
import type { Checked } from "./links.ts";
import type { Call } from "./shell.ts";

/** What is known to be right. */
export interface Known {
  root: string;
  /** Scripts by workspace; the root's under the empty name. */
  scripts: ReadonlyMap<string, ReadonlySet<string>>;
}

type Rule = (args: string[], call: Call, known: Known) => string | undefined;

const VERBS = {
  kubectl: words(
    "annotate api-resources apply auth config create delete describe diff events exec explain get label logs patch port-forward rollout scale top wait",
  ),
  helm: words("get history install list rollback status template test uninstall upgrade"),
};

function words(text: string): string[] {
  return text.split(" ");
}

const valueOf = (args: string[], ...options: string[]): string | undefined => {
  const at = args.findIndex((word) => options.includes(word));
  return at === -1 ? undefined : args[at + 1];
};

/** Programs that have a table of arguments as well. */
const understood: Record<string, (args: string[]) => unknown> = { cluster: parseArguments };

const npm: Rule = (args, { isWhole }, { scripts }) => {
  const own = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  const [verb, named = ""] = own;
  if (verb !== "run")
    return verb === "test" || verb === "ci" ? undefined : `npm ${verb} is not known`;
  const workspace = valueOf(own, "-w", "--workspace") ?? "";
  const read = isWhole ? understood[named] : undefined;
  if (scripts.get(workspace)?.has(named))
    return read && refusal(() => read(args.slice(own.length + 1)));
  return `there is no script ${named}${workspace ? ` in ${workspace}` : ""}`;
};

const isGenerated = (args: string[]): boolean => args.includes("[options]");

/** In a block, every word is held against the table; a mention may leave words out. */
const own: Rule = (args, { isWhole }) => {
  const [name = "", ...rest] = args;
  if (["", "COMMAND", "--help", "--version", "help", "version"].includes(name)) return undefined;
  const definition = commands.find((command) => command.name === name)?.definition;
  if (!definition) return `there is no command ${name}`;
  if (isGenerated(args)) return undefined;
  if (isWhole) return refusal(() => understand(definition, withoutRedirection(rest)));
  const known = Object.entries(optionsOf(definition)).flatMap(([long, option]) =>
    [...spelled(long, option).matchAll(/--?[\w-]+/g)].map(([word]) => word),
  );
  const strange = rest.find((word) => word.startsWith("-") && !known.includes(word));
  return strange && `${name} has no option ${strange}`;
};

const withoutRedirection = (args: string[]): string[] => {
  const at = args.findIndex((word) => /^\d?[<>]/.test(word));
  return at === -1 ? args : args.slice(0, at);
};

const refusal = (attempt: () => unknown): string | undefined => {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return String(error);
  }
};

const PLUGIN = "flashcard-otel";
const globals = ["-n", "--namespace", "--context", "--kubeconfig"];

const verbOf = (args: string[]): string | undefined =>
  args.find((word, at) => !word.startsWith("-") && !globals.includes(args[at - 1] ?? ""));

/** What follows the name of our program, however it is called; undefined where another is called. */
export const ownWords = ({ words: [program, ...args] }: Call): string[] | undefined => {
  if (program === PLUGIN) return args;
  return program === "kubectl" && verbOf(args) === PLUGIN
    ? args.slice(args.indexOf(PLUGIN) + 1)
    : undefined;
};

const kubectl: Rule = (args, call, known) => {
  const verb = verbOf(args) ?? "";
  const plugin = ownWords(call);
  if (plugin) return own(plugin, call, known);
  if (!VERBS.kubectl.includes(verb)) return `kubectl ${verb} is not known`;
  return missing(valueOf(args, "-f"), known);
};

const helm: Rule = (args, _, known) => {
  const verb = verbOf(args) ?? "";
  if (!VERBS.helm.includes(verb)) return `helm ${verb} is not known`;
  return missing(
    args.find((word) => word.startsWith("charts/")),
    known,
  );
};

/** Of files, those of the repository. */
const missing = (file: string | undefined, { root }: Known): string | undefined =>
  file === undefined || !/^(?:charts|manifests|docs)\//.test(file) || existsSync(join(root, file))
    ? undefined
    : `there is no ${file}`;

const node: Rule = ([, ...args], _, { root }) => {
  const file = args.find((word) => word.endsWith(".ts"));
  return file && !existsSync(join(root, file)) ? `there is no ${file}` : undefined;
};

const RULES: Record<string, Rule> = { npm, [PLUGIN]: own, kubectl, helm, node };

export const checkCommands = (calls: Call[], known: Known): Checked => {
  const named = calls.filter(({ words: [program = ""] }) => program in RULES);
  const problems = named.flatMap((call) => {
    const {
      file,
      line,
      words: [program = "", ...args],
    } = call;
    const why = RULES[program]?.(args, call, known);
    return why ? [{ file, line, text: call.words.join(" "), why }] : [];
  });
  return { count: named.length, problems };
};
