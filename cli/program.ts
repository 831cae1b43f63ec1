/** One call of the program: finds the command, runs it, and tells people what went wrong. Returns the exit code. */
import { understand } from "./arguments.ts";
import type { Command, Definition, Handler } from "./command.ts";
import { helpOn, overview } from "./help.ts";
import type { Io } from "./io.ts";
import { instead } from "./similar.ts";
import { VERSION } from "./version.ts";
import { EXIT, misuse, tell, troubleOf } from "./trouble.ts";

/** A command of the table's own: its handler is loaded when it is called, so that the others start without it. */
export const command = (definition: Definition, load: () => Promise<Handler>): Command => ({
  name: definition.name,
  summary: definition.summary,
  definition,
  run: async (argv, io) => {
    const request = understand(definition, argv);
    if (request === "Help") {
      io.print(helpOn(definition));
      return EXIT.done;
    }
    return (await load())(request, io);
  },
});

const HELP: readonly string[] = ["help", "--help", "-h"];

export const run = async (
  commands: readonly Command[],
  argv: string[],
  io: Io,
): Promise<number> => {
  try {
    return await dispatch(commands, argv, io);
  } catch (error) {
    const trouble = troubleOf(error);
    io.remark(tell(trouble));
    return trouble.exit;
  }
};

const dispatch = async (commands: readonly Command[], argv: string[], io: Io): Promise<number> => {
  const [name, ...rest] = argv;
  if (name === undefined || HELP.includes(name)) {
    const [asked, ...more] = rest;
    if (asked !== undefined) return call(find(commands, asked), [...more, "--help"], io);
    io.print(overview(commands));
    return name === undefined ? EXIT.usage : EXIT.done;
  }
  if (name === "--version" || name === "version") {
    io.print(`flashcard-otel ${VERSION}\n`);
    return EXIT.done;
  }
  if (name.startsWith("-"))
    throw misuse({
      what: `${name} stands before the command`,
      why: "options come after it, as in `flashcard-otel status -n shop`",
      todo: `flashcard-otel COMMAND ${name} ...`,
    });
  return call(find(commands, name), rest, io);
};

const call = (found: Command, argv: string[], io: Io): Promise<number> => {
  const [meant, rest] = furthest(found, argv);
  return meant.run(rest, io);
};

/** The command that is meant where one or two words name it, and what follows. */
export const furthest = (found: Command, argv: string[]): [Command, string[]] => {
  const [word = "", ...rest] = argv;
  const below = found.under?.find(({ name }) => name === `${found.name} ${word}`);
  return below ? [below, rest] : [found, argv];
};

const find = (commands: readonly Command[], name: string): Command => {
  const found = commands.find((one) => one.name === name);
  if (found) return found;
  const known = commands.map((one) => one.name);
  throw misuse({
    what: `there is no command ${name}`,
    why: instead(name, known),
    todo: "flashcard-otel --help",
  });
};

/** What programs with arguments of their own are given to speak with. */
export const lines = ({ print, remark, signal }: Io) => ({
  out: (line: string) => print(`${line}\n`),
  err: (line: string) => remark(`${line}\n`),
  signal,
});
