/**
 * The kind section of docs/quickstart.md, line by line, on a real kind cluster of three nodes, forward and back.
 *
 *   node bin/run.js e2e/quickstart/main.ts [--json FILE]
 */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { standingDocker } from "../../cluster/kind/standing.ts";
import { settingsFrom } from "../../cluster/settings.ts";
import { root } from "../../tools/run.ts";
import { commandsOf } from "../../tools/docs/lines.ts";
import { type Line, runLine } from "./line.ts";

/** What must be true after some of the lines. */
const expectations: [start: string, check: (output: string) => void][] = [
  ["kubectl get nodes", (output) => assert.equal(output.match(/ (Not)?Ready /g)?.length, 3)],
  [
    "kubectl -n flashcards get ft",
    (output) => {
      const { sent, failed } = JSON.parse(output) as { sent: number; failed: number };
      assert.ok(sent > 100, `only ${sent} requests were sent`);
      assert.equal(failed, 0);
    },
  ],
];

const verify = ({ command, code, seconds, output }: Line): void => {
  assert.equal(code, 0, `it ended with ${code} after ${seconds} s`);
  expectations.find(([start]) => command.startsWith(start))?.[1](output);
};

const { values } = parseArgs({ options: { json: { type: "string" } } });
const page = await readFile(join(root, "docs/quickstart.md"), "utf8");
const commands = commandsOf(page, "kind");
assert.ok(commands.length > 5, "docs/quickstart.md has no commands below its heading kind");

const settings = settingsFrom(process.env);
const docker = await standingDocker(settings);
const home = await mkdtemp(join(tmpdir(), "quickstart-"));
const env = { ...docker.env, KUBECONFIG: join(home, "kubeconfig") };
const told: Line[] = [];
try {
  for (const command of commands) {
    console.log(`\n$ ${command}`);
    const line = await runLine(command, { enter: docker.enter, env });
    console.log(line.output.trim());
    told.push(line);
    verify(line);
  }
} finally {
  await docker.end();
  await rm(home, { recursive: true, force: true });
  if (values.json)
    await writeFile(values.json, `${JSON.stringify({ lines: told }, undefined, 2)}\n`);
}
console.log(`\nquick start on kind: ${told.length} lines, all of them as written`);
