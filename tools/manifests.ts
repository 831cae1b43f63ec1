/**
 * `npm run manifests`: `manifests/flashcard-otel.yaml` is what the chart prints with its default values, for whoever has no helm. Not one of
 * the files of `npm run generate`, since helm must be there for it; a rig test fails when it is stale.
 */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { clientPrograms } from "../cluster/programs.ts";
import { settingsFrom } from "../cluster/settings.ts";
import { root } from "./run.ts";

export const MANIFESTS = join(root, "manifests", "flashcard-otel.yaml");

const HOME = "flashcard-otel";

const version = async (): Promise<string> => {
  const text = await readFile(join(root, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
};

const head = (image: string): string => `# Made by \`npm run manifests\` from charts/flashcard-otel.
# Put your own image in the place of ${image}:
# \`npm run images -- --push REGISTRY\` publishes it. Then: kubectl apply --server-side -f FILE
apiVersion: v1
kind: Namespace
metadata:
  name: ${HOME}
`;

export const printed = async (): Promise<string> => {
  const { helm } = await clientPrograms(settingsFrom(process.env, () => undefined));
  const image = `registry.example/flashcard-otel/operator:${await version()}`;
  const chart = join(root, "charts", "flashcard-otel");
  // Hooks are helm's: nobody else runs and removes them.
  const args = ["template", HOME, chart, "--namespace", HOME, "--no-hooks"];
  const { stdout } = await promisify(execFile)(
    helm,
    [...args, "--set", `images.operator=${image}`],
    { maxBuffer: 10_000_000 },
  );
  return head(image) + stdout.replaceAll(/\n{2,}/g, "\n");
};

if (import.meta.main) {
  await writeFile(MANIFESTS, await printed());
  console.log(MANIFESTS);
}
