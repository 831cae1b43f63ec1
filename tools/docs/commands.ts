/** Does a command of a page exist, word by word? What it says is asked of the sources: npm's scripts, the table of commands, files. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArguments } from "../../cluster/arguments.ts";
import type { Checked } from "./links.ts";
import { ownWords, PLUGIN, refusal, whyNotOurs } from "./ours.ts";
import { type Call, verbOf } from "./shell.ts";

/** What is known to be right. */
export interface Known {
  root: string;
  /** Scripts by workspace; the root's under the empty name. */
  scripts: ReadonlyMap<string, Pick<ReadonlySet<string>, "has">>;
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

/** What follows the name of a script that is a program with arguments of its own. */
const PROGRAMS: Record<string, Rule> = {
  cluster: (args, { isWhole }) => (isWhole ? refusal(() => parseArguments(args)) : undefined),
  e2e: ([story = "--help"], _, { root }) =>
    /^(?:-|[A-Z]+$)/.test(story) ? undefined : whyGone(`e2e/stories/${story}.ts`, root),
};

const whyGone = (file: string, root: string): string | undefined =>
  existsSync(join(root, file)) ? undefined : `there is no ${file}`;

const npm: Rule = (args, call, known) => {
  const own = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  const [verb, named = ""] = own;
  if (verb !== "run")
    return verb === "test" || verb === "ci" ? undefined : `npm ${verb} is not known`;
  const workspace = valueOf(own, "-w", "--workspace") ?? "";
  if (known.scripts.get(workspace)?.has(named))
    return PROGRAMS[named]?.(args.slice(own.length + 1), call, known);
  return `there is no script ${named}${workspace ? ` in ${workspace}` : ""}`;
};

const ours: Rule = (_, call) => whyNotOurs(ownWords(call) ?? [], call);

const kubectl: Rule = (args, call, known) => {
  const verb = verbOf(args) ?? "";
  if (verb === PLUGIN) return ours(args, call, known);
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
  /^(?:charts|manifests|docs)\//.test(file ?? "") ? whyGone(file ?? "", root) : undefined;

const node: Rule = ([, ...args], _, { root }) => {
  const file = args.find((word) => word.endsWith(".ts"));
  return file && whyGone(file, root);
};

const RULES: Record<string, Rule> = { npm, [PLUGIN]: ours, kubectl, helm, node };

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
