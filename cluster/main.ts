import { parseArguments, usage, type Command } from "./arguments.ts";
import { commands } from "./commands.ts";
import { settingsFrom } from "./settings.ts";
import { Trouble } from "./trouble.ts";

const explain = (error: unknown): string => {
  if (error instanceof Trouble) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

const main = async (args: readonly string[]): Promise<number> => {
  const settings = settingsFrom(process.env);
  try {
    const command: Command = parseArguments(args);
    return await commands[command.name](settings, command);
  } catch (error) {
    settings.say(explain(error));
    return 1;
  }
};

if (process.argv.length < 3) {
  process.stdout.write(usage);
  process.exitCode = 2;
} else {
  process.exitCode = await main(process.argv.slice(2));
}
