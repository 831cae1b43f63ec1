/** `completion`: what the shell needs to complete commands, options and words, made from the table. */
import type { Command, Handler } from "../command.ts";
import { optionsOf } from "../options.ts";
import { EXIT } from "../trouble.ts";

/** Words that may follow a command. */
const wordsOf = ({ name, definition, under = [] }: Command): string[] => {
  if (!definition) return ["--help"];
  const further = under.flatMap((one) => [one.name.slice(name.length + 1), ...wordsOf(one)]);
  const choices = definition.positionals.flatMap((one) => one.choices ?? []);
  const options = Object.keys(optionsOf(definition)).map((option) => `--${option}`);
  return [...new Set([...choices, ...options, ...further])];
};

type Commands = readonly Command[];

const cases = (commands: Commands, assign: (words: string) => string): string =>
  commands.map((one) => `    ${one.name}) ${assign(wordsOf(one).join(" "))} ;;`).join("\n");

const names = (commands: Commands): string => commands.map(({ name }) => name).join(" ");

const bash = (commands: Commands): string => `# bash: source <(flashcard-otel completion bash)
_flashcard_otel() {
  local known="" current="\${COMP_WORDS[COMP_CWORD]}"
  case "\${COMP_WORDS[1]}" in
${cases(commands, (words) => `known="${words}"`)}
  esac
  [ "$COMP_CWORD" -eq 1 ] && known="${names(commands)}"
  COMPREPLY=($(compgen -W "$known" -- "$current"))
}
complete -F _flashcard_otel flashcard-otel
`;

const zsh = (commands: Commands): string => `#compdef flashcard-otel
# zsh: source <(flashcard-otel completion zsh)
_flashcard_otel() {
  local -a known
  if (( CURRENT == 2 )); then
    compadd -- ${names(commands)}
    return
  fi
  case "\${words[2]}" in
${cases(commands, (words) => `known=(${words})`)}
  esac
  compadd -a known
}
compdef _flashcard_otel flashcard-otel
`;

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`\'`)}'`;

const fish = (commands: Commands): string =>
  [
    "# fish: flashcard-otel completion fish | source",
    "complete -c flashcard-otel -f",
    ...commands.map(
      ({ name, summary }) =>
        `complete -c flashcard-otel -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ),
    ...commands.flatMap((one) =>
      wordsOf(one).map((word) => {
        const what = word.startsWith("--") ? `-l ${word.slice(2)}` : `-a ${word}`;
        return `complete -c flashcard-otel -n '__fish_seen_subcommand_from ${one.name}' ${what}`;
      }),
    ),
    "",
  ].join("\n");

const shells: Record<string, (commands: Commands) => string> = { bash, zsh, fish };

export const completionOf =
  (commands: Commands): Handler =>
  ({ positionals: [shell = ""] }, io) => {
    const script = shells[shell];
    if (!script) throw new Error(`the table let ${shell} pass as a shell`);
    io.print(script(commands));
    return Promise.resolve(EXIT.done);
  };
