/** The operator's chart as helm prints it, without a cluster. */
import { join } from "node:path";
import { clientPrograms } from "../cluster/programs.ts";
import { run } from "../cluster/run.ts";
import { settingsFrom } from "../cluster/settings.ts";
import { root } from "./run.ts";

/** Where the chart is installed. */
export const HOME = "flashcard-otel";

const helmOn = async (verb: readonly string[], args: readonly string[]): Promise<string> => {
  const { helm } = await clientPrograms(settingsFrom(process.env, () => undefined));
  const chart = join(root, "charts", "flashcard-otel");
  return run(helm, [...verb, chart, "--namespace", HOME, ...args]);
};

/** YAML of all its documents. */
export const printChart = (release: string, args: readonly string[]): Promise<string> =>
  helmOn(["template", release], args);

/** What helm has to say about it; throws when there is something. */
export const lintChart = (args: readonly string[]): Promise<string> =>
  helmOn(["lint", "--strict"], args);
