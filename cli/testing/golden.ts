/**
 * Answers that are kept in files, to be read by people: `cli/golden/NAME.txt`. UPDATE_GOLDEN=1 writes them anew; whoever does that
 * reads the difference.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../program.ts";
import { commands } from "../table.ts";
import { type Remembered, type Setting, terminal } from "./terminal.ts";

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), "golden");

/** Colours in a form that survives an editor. */
const withColours = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- it is what is looked for
  text.replaceAll(/\u001B\[([0-9;]*[A-Za-z])/g, "‹$1›");

/** The hash of an agent's configuration changes with every field that the agent gets. */
const withoutHashes = (text: string): string =>
  text.replaceAll(/(?<=[a-z]@|flashcard-otel-agent-)[0-9a-f]{10}/g, "HASH");

const readable = (text: string): string => withoutHashes(withColours(text));

export interface Call {
  argv: string[];
  setting?: Setting;
}

export interface Answer {
  code: number;
  io: Remembered;
}

export const call = async ({ argv, setting }: Call): Promise<Answer> => {
  const io = terminal(setting);
  return { code: await run(commands, argv, io), io };
};

/** The call and all that came of it. */
export const transcript = ({ argv }: Call, { code, io }: Answer): string =>
  [
    `$ flashcard-otel ${argv.join(" ")}`,
    readable(io.out()).trimEnd(),
    ...(io.err() === "" ? [] : ["--- standard error", readable(io.err()).trimEnd()]),
    `--- exit code ${code}`,
    "",
  ].join("\n");

/** What was called for a kept text. */
export const argvOf = (text: string): string[] => {
  const [line = ""] = text.split("\n");
  return line.replace("$ flashcard-otel ", "").split(" ");
};

/** The kept text, after it was renewed with the given one if that was asked for. */
export const kept = async (name: string, text?: string): Promise<string> => {
  const file = join(folder, `${name}.txt`);
  if (text !== undefined && process.env["UPDATE_GOLDEN"]) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return readFile(file, "utf8");
};
