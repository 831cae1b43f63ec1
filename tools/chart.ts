/** The operator's chart as helm prints it, without a cluster. */
import { join } from "node:path";
import { clientPrograms } from "../cluster/programs.ts";
import { run } from "../cluster/run.ts";
import { settingsFrom } from "../cluster/settings.ts";
import { root } from "./run.ts";

/** Where the chart is installed. */
export const HOME = "flashcard-otel";

/** YAML of all its documents. */
export const printChart = async (release: string, args: readonly string[]): Promise<string> => {
  const { helm } = await clientPrograms(settingsFrom(process.env, () => undefined));
  const chart = join(root, "charts", "flashcard-otel");
  return run(helm, ["template", release, chart, "--namespace", HOME, ...args]);
};
