/** Writes dashboards, rules and the parity map to where the chart and readers expect them. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { generatedFiles } from "./files.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

for (const [path, content] of generatedFiles()) {
  const target = join(root, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, content);
}
