/** What the program is called, so that a person can copy the commands that it names. Pure. */

const PLUGIN = "kubectl-flashcard_otel";

/** Kubectl runs a plugin under a name of its own; its user types another. */
export const asCalled = (
  program: string,
  commands: readonly string[],
): ((text: string) => string) => {
  const file = program.split(/[\\/]/).at(-1) ?? "";
  if (!file.startsWith(PLUGIN)) return (text) => text;
  const words = [...commands, "COMMAND", "help", "version"].join("|");
  const mention = new RegExp(
    String.raw`(?<![\w/.-])(?:kubectl )?flashcard-otel (?=(?:${words})\b|--help)`,
    "g",
  );
  return (text) => text.replaceAll(mention, "kubectl flashcard-otel ");
};
