/** Command line -> Request, or a sentence about what is wrong with it. Pure. */
import { parseArgs } from "node:util";
import type { Definition, Format, Option, Positional, Request } from "./command.ts";
import { optionsOf } from "./options.ts";
import { instead } from "./similar.ts";
import { misuse, type Trouble } from "./trouble.ts";

type Values = Record<string, string | boolean | undefined>;

/** "Help" when that is what was asked for. */
export const understand = (definition: Definition, argv: readonly string[]): Request | "Help" => {
  const options = optionsOf(definition);
  const { values, positionals } = split(definition, argv);
  if (values["help"] === true) return "Help";
  for (const [name, value] of Object.entries(values)) checkOption(definition, name, value);
  checkPositionals(definition, positionals);
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  return {
    positionals,
    format: text("output") as Format | undefined,
    where: Object.fromEntries(
      ["namespace", "context", "kubeconfig"].flatMap((name) => {
        const value = name in options ? text(name) : undefined;
        return value === undefined ? [] : [[name, value]];
      }),
    ),
    text,
    flag: (name) => values[name] === true,
  };
};

const split = (
  definition: Definition,
  argv: readonly string[],
): { values: Values; positionals: string[] } => {
  const options = optionsOf(definition);
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: Object.fromEntries(
        Object.entries(options).map(([name, { type, short }]) => [
          name,
          short ? { type, short } : { type },
        ]),
      ),
      allowPositionals: true,
    });
    return { values, positionals };
  } catch (error) {
    throw misread(definition, error as Error & { code?: string });
  }
};

/** What node says is right but speaks to programmers. */
const misread = (definition: Definition, error: Error & { code?: string }): Trouble => {
  const [, given = ""] = /'(-{1,2}[^\s'<,]+)/.exec(error.message) ?? [];
  const todo = `flashcard-otel ${definition.name} --help`;
  if (error.code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    const known = Object.keys(optionsOf(definition)).map((name) => `--${name}`);
    return misuse({
      what: `${definition.name} has no option ${given}`,
      why: instead(given, known),
      todo,
    });
  }
  const long = /--[a-z-]+/.exec(error.message)?.[0] ?? given;
  const option = optionsOf(definition)[long.slice(2)];
  return misuse({
    what: `${long} is not complete`,
    why:
      option?.type === "string"
        ? `it needs a value: ${long} ${option.value ?? ""}`
        : `it takes no value`,
    todo,
  });
};

const checkOption = (
  definition: Definition,
  name: string,
  value: string | boolean | undefined,
): void => {
  const option: Option | undefined = optionsOf(definition)[name];
  if (typeof value !== "string") return;
  if (value === "")
    throw misuse({
      what: `--${name} is empty`,
      why: `it needs a value: --${name} ${option?.value ?? ""}`,
      todo: `flashcard-otel ${definition.name} --help`,
    });
  if (!option?.choices || option.choices.includes(value)) return;
  throw misuse({
    what: `--${name} ${value} is not known`,
    why: instead(value, option.choices),
    todo: `flashcard-otel ${definition.name} --${name} ${option.choices.join(" | ")}`,
  });
};

const checkPositionals = (definition: Definition, given: readonly string[]): void => {
  for (const [index, positional] of definition.positionals.entries())
    checkPositional(definition, positional, given[index]);
  const extra = given[definition.positionals.length];
  if (extra !== undefined)
    throw misuse({
      what: `${definition.name} does not know what to do with ${extra}`,
      why: "there are more words than it takes",
      todo: usageOf(definition),
    });
};

const checkPositional = (
  definition: Definition,
  { name, says, required, choices }: Positional,
  given: string | undefined,
): void => {
  if (given === undefined && required)
    throw misuse({ what: `${name} is missing`, why: says, todo: usageOf(definition) });
  if (given === undefined || !choices || choices.includes(given)) return;
  throw misuse({
    what: `${given} is no ${name}`,
    why: instead(given, choices),
    todo: usageOf(definition),
  });
};

/** `flashcard-otel target PHASE [NAME]` */
export const usageOf = ({ name, positionals }: Definition): string =>
  [
    "flashcard-otel",
    name,
    ...positionals.map((one) => (one.required ? one.name : `[${one.name}]`)),
  ].join(" ");
