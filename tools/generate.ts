/**
 * Writes what is generated from sources, so that nobody edits it: the resource's definition, API page, the chart's values, commands, reasons, events and metrics, dashboards, rules, parity map.
 *
 *   node bin/run.js tools/generate.ts [--check]     --check writes nothing and fails when something is stale
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { commands } from "../cli/table.ts";
import { yaml } from "../cli/text/emit.ts";
import { ownBoard } from "../operator/board/own.ts";
import { generatedFiles } from "../dashboards/files.ts";
import { crd, schema } from "../operator/migration/crd.ts";
import { reasons } from "../operator/migration/reasons.ts";
import { apiPage } from "./api.ts";
import { commandsPage } from "./commands.ts";
import { openMetrics } from "../operator/metrics.ts";
import { reasonsPage } from "./reasons.ts";
import { signalsPage } from "./signals.ts";
import { VERSION } from "../operator/migration/schema.ts";
import { parityMapSchema } from "../verdict/paritymap.ts";
import { root } from "./run.ts";
import { valuesPage } from "./values.ts";

const files = async (): Promise<Record<string, string>> => ({
  "charts/flashcard-otel/files/crd.yaml": await yaml(crd()),
  "charts/flashcard-otel/README.md": valuesPage(
    readFileSync(join(root, "charts", "flashcard-otel", "values.yaml"), "utf8"),
  ),
  "charts/flashcard-otel/files/dashboards/operator.json": ownBoard(),
  "docs/api.md": apiPage(schema(), VERSION),
  "docs/parity.schema.json": `${JSON.stringify(parityMapSchema(), undefined, 2)}\n`,
  "docs/cli.md": commandsPage(commands),
  "docs/reasons.md": reasonsPage(reasons),
  "docs/signals.md": await signalsPage(openMetrics()),
  ...Object.fromEntries(generatedFiles()),
});

const present = (file: string): Promise<string> =>
  readFile(join(root, file), "utf8").catch(() => "");

/** Names of the generated files that are not what their sources say. */
export const stale = async (): Promise<string[]> => {
  const pairs = await Promise.all(
    Object.entries(await files()).map(async ([file, text]) => ({
      file,
      same: (await present(file)) === text,
    })),
  );
  return pairs.filter(({ same }) => !same).map(({ file }) => file);
};

const generate = async (): Promise<void> => {
  for (const [file, text] of Object.entries(await files())) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), text);
  }
};

if (import.meta.main) {
  const old = await stale();
  if (!process.argv.includes("--check")) await generate();
  for (const file of old) console.log(file);
  if (old.length > 0 && process.argv.includes("--check")) process.exitCode = 1;
}
