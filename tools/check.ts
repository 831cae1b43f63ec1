/** `npm run check`: format, lint, types, dead code, documentation, unit tests. Below a minute; the hooks and the gate run the same. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Command, jest, root, runAll } from "./run.ts";

const folders = [
  "agent",
  "bin",
  "cli",
  "cluster",
  "console",
  "dashboards",
  "demo",
  "e2e",
  "loadtest",
  "operator",
  "overhead",
  "pipeline",
  "samples",
  "tools",
  "verdict",
].filter((folder) => existsSync(join(root, folder)));

export const checks: Command[] = [
  { name: "format", command: ["oxfmt", "--check", ...folders] },
  { name: "lint", command: ["oxlint", ...folders] },
  { name: "types", command: ["tsc", "--noEmit", "-p", "."] },
  { name: "types of the page", command: ["tsc", "--noEmit", "-p", "console/page"] },
  { name: "dead code", command: ["knip"] },
  { name: "documentation", command: [process.execPath, "tools/docs.ts"] },
  {
    name: "unit tests",
    command: jest(
      // On every core: by itself jest leaves one to whoever watches.
      "--maxWorkers=100%",
      "--testPathIgnorePatterns",
      "\\.rig\\.test\\.ts$",
      "/e2e/",
      "/node_modules/",
      "\\.simulation\\.test\\.ts$",
    ),
  },
];

if (import.meta.main) {
  const outcomes = await runAll(checks);
  process.exitCode = outcomes.every(({ code }) => code === 0) ? 0 : 1;
}
