/**
 * `npm run bench -w agent`: what the agent costs, by switching it on and off per item in one process, with CPU read from outside.
 * Exit codes: 0 every variant ran, whatever its verdict; 1 a control failed or it could not run; 2 wrong arguments; 130 interrupted.
 */
import { access, constants, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { say } from "../../tools/say.ts";
import { openHouse, untilInterrupted } from "./house.ts";
import { type Bench, measure } from "./measure.ts";
import { type Options, optionsFrom, USAGE } from "./options.ts";
import { controlled, idleOf } from "./result.ts";
import { startStores } from "./stores.ts";
import { type Found, tableOf } from "./table.ts";
import { type Variant, variantsOf } from "./variants.ts";
import { type Workload, workloads } from "./workloads.ts";

const names = workloads.map(({ name }) => name);

/** Options with the file as seen from where the command was typed; known to be writable before an hour is spent. */
const understood = async (): Promise<Options> => {
  const options = optionsFrom(process.argv.slice(2), names);
  if (options.json === undefined) return options;
  const json = resolve(process.env["INIT_CWD"] ?? process.cwd(), options.json);
  await access(dirname(json), constants.W_OK).catch(() => {
    throw new Error(`${dirname(json)} is no folder that can be written to`);
  });
  return { ...options, json };
};

type Task = [variant: Variant, workload: Workload];

const tasksOf = (options: Options): Task[] =>
  variantsOf(options, names).flatMap((variant): Task[] => {
    const workload = workloads.find(({ name }) => name === variant.workload);
    return workload ? [[variant, workload]] : [];
  });

const run = async (options: Options, signal: AbortSignal): Promise<Found> => {
  const tasks = tasksOf(options);
  const database = tasks.some(([, { needsDatabase }]) => needsDatabase);
  say(`starting Redis${database ? " and PostgreSQL" : ""}`);
  const stores = await startStores(database);
  const { profile, governor } = options;
  const bench: Bench = {
    stores,
    profile,
    governor,
    smoke: options.extent === "smoke",
    say,
    signal,
  };
  let found: Found = { aa: idleOf([]), variants: [] };
  const idles: number[] = [];
  try {
    for (const [variant, workload] of tasks) {
      signal.throwIfAborted();
      say(`${variant.name}: starting`);
      const { result, idle } = await measure(variant, workload, bench);
      idles.push(...idle);
      found = { aa: idleOf(idles), variants: [...found.variants, result] };
      say(`${variant.name}: ${result.verdict} ${result.reason}: ${result.message}`);
      // After each: what was measured survives an interruption.
      if (options.json !== undefined)
        await writeFile(options.json, `${JSON.stringify(found, undefined, 2)}\n`);
    }
  } finally {
    await stores.stop();
  }
  return found;
};

const main = async (): Promise<number> => {
  let options: Options;
  try {
    options = await understood();
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  openHouse();
  const signal = untilInterrupted();
  try {
    const found = await run(options, signal);
    console.log(`\n${tableOf(found)}`);
    return found.variants.every(controlled) ? 0 : 1;
  } catch (error) {
    console.error(signal.aborted ? "interrupted" : error);
    return signal.aborted ? 130 : 1;
  }
};

process.exit(await main());
