/** Help as text, from the table. Pure. */
import { usageOf } from "./arguments.ts";
import type { Command, Definition, Option } from "./command.ts";
import { optionsOf } from "./options.ts";
import { table } from "./text/table.ts";

const section = (title: string, lines: string[]): string[] =>
  lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];

export const spelled = (name: string, { short, value, type }: Option): string =>
  `${short ? `-${short}, ` : ""}--${name}${type === "string" ? ` ${value ?? "VALUE"}` : ""}`;

export const meaningOf = ({ says, choices }: Option): string =>
  choices ? `${says}: ${choices.join(", ")}` : says;

export const helpOn = (definition: Definition): string =>
  [
    `${usageOf(definition)} [options]`,
    "",
    definition.about,
    ...section(
      "Arguments",
      table(
        definition.positionals.map(({ name, says, choices }) => [
          name,
          choices && choices.length <= 12 ? `${says}: ${choices.join(", ")}` : says,
        ]),
      ),
    ),
    ...section(
      "Options",
      table(
        Object.entries(optionsOf(definition)).map(([name, option]) => [
          spelled(name, option),
          meaningOf(option),
        ]),
      ),
    ),
    ...section(
      "Examples",
      definition.examples.flatMap(([line, says]) => [`# ${says}`, line]),
    ),
    ...section(
      "Exit codes",
      table(Object.entries(definition.exits).map(([code, says]) => [code, says])),
    ),
    "",
  ].join("\n");

export const overview = (commands: readonly Command[]): string =>
  [
    "flashcard-otel COMMAND [options]     also as kubectl flashcard-otel COMMAND",
    "",
    "Shows and steers migrations of Node services to OpenTelemetry.",
    ...section("Commands", table(commands.map(({ name, summary }) => [name, summary]))),
    "",
    "flashcard-otel COMMAND --help shows the options, examples and exit codes of a command; flashcard-otel version, which one this is.",
    "",
  ].join("\n");
