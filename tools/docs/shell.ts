/** Shell text of a page -> the commands in it, word by word. Not a shell: enough of one for commands that people copy. Pure. */
import type { Page } from "./markdown.ts";

export interface Call {
  file: string;
  line: number;
  words: string[];
  /** From a block that people copy, so it must be right to the last word; else it is only mentioned. */
  isWhole: boolean;
}

const SHELL = ["sh", "bash", "console"];
const TOKEN = /(?:"[^"]*"|'[^']*'|\$\([^)]*\)|<\([^)]*\)|[^\s"';|&])+|&&|\|\||[;|&]/g;
const SEPARATORS = ["&&", "||", ";", "|", "&"];

/** What follows a space and # is for people. */
const withoutComment = (line: string): string => line.replace(/(?:^|\s)#.*$/, "");

const plain = (word: string): string => word.replaceAll(/^["']|["']$/g, "");

/** The commands of one line; assignments before a command are not of it. */
export const wordsOf = (line: string): string[][] => {
  const commands: string[][] = [[]];
  for (const [token] of withoutComment(line).matchAll(TOKEN)) {
    if (SEPARATORS.includes(token)) commands.push([]);
    else if (commands.at(-1)?.length !== 0 || !/^[A-Z_]+=/.test(token))
      commands.at(-1)?.push(plain(token));
  }
  return commands.filter((words) => words.length > 0);
};

const linesOf = (text: string): { line: number; text: string }[] => {
  const lines: { line: number; text: string }[] = [];
  let isOpen = false;
  for (const [line, one] of text.split("\n").entries()) {
    const last = lines.at(-1);
    if (isOpen && last) last.text = `${last.text.slice(0, -1)} ${one.trim()}`;
    else lines.push({ line, text: one });
    isOpen = one.endsWith("\\");
  }
  return lines;
};

const MENTION = /^(?:npm (?:run|test)|flashcard-otel|kubectl|helm) /;

export const callsOf = ({ file, blocks, code }: Page): Call[] => [
  ...blocks
    .filter(({ language }) => SHELL.includes(language))
    .flatMap((block) =>
      linesOf(block.text).flatMap(({ line, text }) =>
        wordsOf(text).map((words) => ({ file, line: block.line + 1 + line, words, isWhole: true })),
      ),
    ),
  ...code
    .filter(({ text }) => MENTION.test(text))
    .flatMap(({ line, text }) =>
      wordsOf(text)
        .slice(0, 1)
        .map((words) => ({ file, line, words, isWhole: false })),
    ),
];

const WITH_VALUE = ["-n", "--namespace", "--context", "--kubeconfig"];

/** What kubectl and helm are told to do. */
export const verbOf = (args: string[]): string | undefined =>
  args.find((word, at) => !word.startsWith("-") && !WITH_VALUE.includes(args[at - 1] ?? ""));

/** `< file` and `> file` are the shell's. */
export const withoutRedirection = (args: string[]): string[] => {
  const at = args.findIndex((word) => /^\d?[<>]/.test(word));
  return at === -1 ? args : args.slice(0, at);
};
