/** The real k6, built if it is not in the cache. */
import { join } from "node:path";
import { ensure, pathOf } from "../../cluster/artefacts/ensure.ts";
import { settingsFrom } from "../../cluster/settings.ts";

export const k6Program = async (): Promise<string> => {
  const quiet = settingsFrom(process.env, () => undefined);
  return join(pathOf(await ensure(quiet, ["k6"]), "k6"), "bin/k6");
};
