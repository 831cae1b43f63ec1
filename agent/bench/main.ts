/**
 * `npm run bench -w agent`: what the agent costs. By switching it on and off per item in one process, with CPU read from outside; and,
 * beside others, by fresh pairs of processes. An interrupted run is taken up where it stopped.
 * Exit codes: 0 every variant ran, whatever its verdict; 1 a control failed or it could not run; 2 wrong arguments; 130 interrupted.
 */
import { say } from "../../tools/say.ts";
import { checkedFiles, foundIn, writeJson, writePage } from "./files.ts";
import { openHouse, untilInterrupted } from "./house.ts";
import { type Bench, measure } from "./measure.ts";
import { type Options, optionsFrom, USAGE } from "./options.ts";
import { installPeers } from "./peers/install.ts";
import { controlled, idleOf } from "./result.ts";
import { type Done, openState, type State } from "./state.ts";
import { startStores } from "./stores.ts";
import { type Found, tableOf } from "./table.ts";
import { type Variant, variantsOf } from "./variants.ts";
import { type Workload, workloads } from "./workloads.ts";

const names = workloads.map(({ name }) => name);

interface Task {
  key: string;
  variant: Variant;
  workload: Workload;
}

const tasksOf = (options: Options): Task[] =>
  variantsOf(options, names).flatMap((variant): Task[] => {
    const workload = workloads.find(({ name }) => name === variant.workload);
    const key = [variant.name, variant.method, options.extent, options.profile].join(" ");
    return workload ? [{ key, variant, workload }] : [];
  });

const foundBy = (done: readonly Done[]): Found => ({
  aa: idleOf(done.flatMap(({ idle }) => idle)),
  variants: done.map(({ result }) => result),
});

const run = async (options: Options, signal: AbortSignal): Promise<Found> => {
  const tasks = tasksOf(options);
  const state = await openState(options);
  const database = tasks.some(({ workload }) => workload.needsDatabase);
  say(`starting Redis${database ? " and PostgreSQL" : ""}`);
  const stores = await startStores(database);
  const bench: Bench = {
    stores,
    smoke: options.extent === "smoke",
    spins: state.spins,
    install: () => installPeers(say),
    say,
    signal,
  };
  const done: Done[] = [];
  try {
    for (const task of tasks) {
      done.push(await doneOf(task, state, bench));
      // After each: what was measured survives an interruption.
      await writeJson(options.json, foundBy(done));
    }
  } finally {
    await stores.stop();
  }
  const found = foundBy(done);
  if (found.variants.every(controlled)) await state.forget();
  return found;
};

/** From an interrupted run, or measured now. */
const doneOf = async (
  { key, variant, workload }: Task,
  state: State,
  bench: Bench,
): Promise<Done> => {
  const { name } = variant;
  const known = state.done.find((done) => done.key === key);
  if (known) {
    say(`${name}: measured before the interruption`);
    return known;
  }
  bench.signal.throwIfAborted();
  say(`${name}: starting`);
  const { result, idle } = await measure(variant, workload, bench);
  say(`${name}: ${result.verdict} ${result.reason}: ${result.message}`);
  const done = { key, result, idle };
  await state.add(done);
  return done;
};

const main = async (): Promise<number> => {
  let options: Options;
  try {
    options = await checkedFiles(optionsFrom(process.argv.slice(2), names));
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  openHouse();
  const signal = untilInterrupted();
  try {
    const found = await (options.from ? foundIn(options.from) : run(options, signal));
    await writePage(options.markdown, found);
    console.log(`\n${tableOf(found)}`);
    return found.variants.every(controlled) ? 0 : 1;
  } catch (error) {
    console.error(signal.aborted ? "interrupted" : error);
    return signal.aborted ? 130 : 1;
  }
};

process.exit(await main());
