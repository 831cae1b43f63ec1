/**
 * How long a person waits for the command line: wall time from the start of the bundled program to its end, by itself and against an
 * API server of its own.
 *
 *   npm run bench -w cli [-- RUNS]     default 15
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { number, rehearse, textOf } from "@flashcard-otel/verdict/rehearsal.ts";
import { openRig, type Rig } from "@flashcard-otel/operator/rig.ts";
import { buildCli } from "../tools/cli.ts";
import { MIDDLE, migration } from "./testing/scene.ts";
import { deployment, SERVICES } from "./testing/workloads.ts";

const RUNS = Number(process.argv[2] ?? 15);

/** The sealed record of a trial of thirty blocks. */
const evidence = textOf(number(rehearse({ blocks: 30 })));

const ALONE: string[][] = [
  ["--help"],
  ["version"],
  ["verdict"],
  ["explain", "reason", "BudgetExceeded"],
  ["completion", "bash"],
];
const WITH_CLUSTER: string[][] = [
  ["status"],
  ["explain", "component", "api"],
  ["pause", "--dry-run"],
  ["plan"],
  ["check"],
];

/** What a new cluster answers: yes, or no. */
const ANSWERS: readonly (number | null)[] = [0, 3];

const timed = (program: string, args: string[]): number => {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [program, ...args], { input: evidence });
  const took = performance.now() - began;
  if (ANSWERS.includes(status)) return took;
  throw new Error(`${args.join(" ")} ended with ${status}: ${stderr.toString()}`);
};

const row = (program: string, args: string[], more: string[]): void => {
  const times = Array.from({ length: RUNS }, () => timed(program, [...args, ...more])).toSorted(
    (a, b) => a - b,
  );
  const shown = [times[0], times[Math.floor(RUNS / 2)], times.at(-1)].map((time = 0) =>
    time.toFixed(0).padStart(6),
  );
  console.log(`${args.join(" ").padEnd(32)} ${shown.join(" ")} ms`);
};

const fill = async ({ kubectl }: Rig): Promise<void> => {
  await kubectl.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  for (const one of [...SERVICES.map((name) => deployment(name)), migration({ status: MIDDLE })]) {
    const { uid: _uid, generation: _one, creationTimestamp: _at, ...metadata } = one.metadata;
    const { status, ...manifest } = one;
    const stored = await kubectl.apply({ ...manifest, metadata });
    await kubectl.replaceStatus({ ...stored, status });
  }
};

const folder = await mkdtemp(join(tmpdir(), "flashcard-otel-cli-"));
const rig = await openRig();
try {
  const program = await buildCli(folder);
  await fill(rig);
  console.log(`node ${process.version}; best, median and worst of ${RUNS} runs`);
  for (const args of ALONE) row(program, args, []);
  for (const args of WITH_CLUSTER)
    row(program, args, ["-n", "shop", "--kubeconfig", rig.kubeconfig]);
} finally {
  await rig.stop();
  await rm(folder, { recursive: true });
}
