/**
 * `npm run manifests`: `manifests/flashcard-otel.yaml` is what the chart prints with its default values, for whoever has no helm. Not one of
 * the files of `npm run generate`, since helm must be there for it; a rig test fails when it is stale.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { versionOf } from "../cluster/version.ts";
import { HOME, printChart } from "./chart.ts";
import { root } from "./run.ts";

export const MANIFESTS = join(root, "manifests", "flashcard-otel.yaml");

const head = (image: string): string => `# Made by \`npm run manifests\` from charts/flashcard-otel.
# Put your own image in the place of ${image}:
# \`npm run images -- --push REGISTRY\` publishes it. Then: kubectl apply --server-side -f FILE
apiVersion: v1
kind: Namespace
metadata:
  name: ${HOME}
`;

export const printed = async (): Promise<string> => {
  const image = `registry.example/flashcard-otel/operator:${await versionOf({ repo: root })}`;
  // Hooks are helm's: nobody else runs and removes them.
  const text = await printChart(HOME, ["--no-hooks", "--set", `images.operator=${image}`]);
  return head(image) + text.replaceAll(/\n{2,}/g, "\n");
};

if (import.meta.main) {
  await writeFile(MANIFESTS, await printed());
  console.log(MANIFESTS);
}
