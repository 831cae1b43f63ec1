/**
 * `npm run survival -w agent`: whether an application behaves as it would without the agent, fault by fault, runtime by runtime,
 * moment by moment.
 *
 *   npm run survival -w agent [-- --json FILE] [-- --case TEXT] [-- --quick]     --quick: one runtime
 */
import { writeFile } from "node:fs/promises";
import { cases, type Case } from "./matrix.ts";
import { parseOptions, type Options } from "./options.ts";
import { summary, table, type Played } from "./report.ts";
import { install, SUPPORTED, UNSUPPORTED, type Runtime } from "./runtimes.ts";
import { Stage } from "./stage.ts";

const AT_ONCE = 2;
const EVERY = 50;
const QUICK = SUPPORTED.filter(({ major }) => major === 24);

/** By version. */
async function installAll(runtimes: readonly Runtime[]): Promise<Map<string, string>> {
  const programs = new Map<string, string>();
  for (const runtime of runtimes) programs.set(runtime.version, await install(runtime));
  return programs;
}

async function playAll(wanted: Case[], play: (each: Case) => Promise<Played>): Promise<Played[]> {
  const played: Played[] = [];
  const left = [...wanted];
  const lane = async (): Promise<void> => {
    for (let each = left.shift(); each !== undefined; each = left.shift()) {
      const done = await play(each);
      played.push(done);
      tell(done, played, wanted.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return wanted.flatMap(({ name }) => played.find((each) => each.name === name) ?? []);
}

function tell({ name, verdict }: Played, played: Played[], all: number): void {
  if (verdict.result === "failed" || verdict.result === "accepted")
    console.log(`${verdict.result}: ${name}: ${verdict.difference}`);
  if (played.length % EVERY !== 0) return;
  console.log(`${played.length} of ${all} played, ${summary(played).failed} failed`);
}

async function survive({ filter, json, quick }: Options): Promise<boolean> {
  const runtimes = quick ? QUICK : [...UNSUPPORTED, ...SUPPORTED];
  const wanted = cases(runtimes, filter);
  if (wanted.length === 0) throw new Error(`no case has "${filter}" in its name`);
  const programs = await installAll(runtimes);
  const stage = await Stage.build();
  const begun = performance.now();
  const played = await playAll(wanted, async (each) => {
    const verdict = await stage.play(each.row, programs.get(each.runtime.version) ?? "");
    return { ...each, verdict };
  }).finally(() => stage.remove());
  const result = summary(played);
  console.log(`\n${table(played)}\n`);
  console.log(
    `${result.cases} cases: ${result.passed} passed, ${result.accepted} accepted, ${result.failed} failed ` +
      `in ${((performance.now() - begun) / 1000).toFixed(0)} s`,
  );
  if (json !== undefined) await writeFile(json, `${JSON.stringify(result)}\n`);
  return result.failed === 0;
}

process.exitCode = (await survive(parseOptions(process.argv.slice(2)))) ? 0 : 1;
