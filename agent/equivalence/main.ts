/**
 * `npm run equivalence -w agent`: the same scenarios under profile full, the stock SDK, and under lean; what arrives is compared.
 * Exit codes: 0 nothing differs but what is accepted; 1 something does, or an accepted difference is gone; 2 wrong arguments;
 * 130 interrupted.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { say } from "../../tools/say.ts";
import { openHouse } from "../bench/house.ts";
import { buildFull } from "../build.ts";
import { startPostgres, startRedis, type Server } from "../testing/servers.ts";
import { accepted } from "./accepted.ts";
import { buildCommonJs, type Case, casesOf } from "./cases.ts";
import type { Side } from "./compare.ts";
import { aliasesOf, forestOf } from "./forest.ts";
import { judge } from "./judge.ts";
import { type Options, optionsFrom, USAGE } from "./options.ts";
import { type Place, type Profile, record } from "./record.ts";
import { good, type Outcome, report, resultOf, succeeded } from "./result.ts";
import { rowsOf } from "./rows.ts";

/** A process under full starts up for most of its life; more at once only wait for each other. */
const AT_ONCE = 2;

const sideOf = async (one: Case, profile: Profile, place: Place): Promise<Side> => {
  const { spans, metrics, answer, stderr, ports, sink } = await record(one, profile, place);
  const aliases = aliasesOf(ports, { ...place.env, sink: String(sink) });
  return { forest: forestOf(spans, aliases), rows: rowsOf(metrics, aliases), answer, stderr };
};

/** One after the other: both use the same tables and keys. */
const play = async (one: Case, place: Place): Promise<Outcome> => {
  const { name } = one;
  try {
    const full = await sideOf(one, "full", place);
    const lean = await sideOf(one, "lean", place);
    return { name, ...judge(name, { full, lean }, accepted) };
  } catch (error) {
    return { name, left: [], used: new Set(), error: (error as Error).message };
  }
};

const playAll = async (cases: readonly Case[], place: Place): Promise<Outcome[]> => {
  const waiting = [...cases];
  const outcomes: Outcome[] = [];
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const outcome = await play(one, place);
      outcomes.push(outcome);
      const word = succeeded(outcome) ? "same" : "DIFFERS";
      say(`${outcomes.length}/${cases.length} ${one.name}: ${word}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return outcomes;
};

const needed = (server: Server | undefined, name: string): Server => {
  if (server !== undefined) return server;
  throw new Error(`no ${name} on this machine: npm run cluster -- build fetches one`);
};

const withPlace = async <T>(work: (place: Place) => Promise<T>): Promise<T> => {
  const fullPath = await mkdtemp(join(tmpdir(), "flashcard-equivalence-"));
  const servers: Server[] = [];
  try {
    await Promise.all([buildFull(fullPath), buildCommonJs()]);
    const redis = needed(await startRedis(), "Redis");
    servers.push(redis);
    const postgres = needed(await startPostgres(), "PostgreSQL");
    servers.push(postgres);
    const env = { REDIS_PORT: String(redis.port), PG_PORT: String(postgres.port) };
    return await work({ fullPath, env });
  } finally {
    for (const { stop } of servers) await stop();
    await rm(fullPath, { recursive: true, force: true });
  }
};

const chosen = ({ scenario = "", modules }: Options): Case[] => {
  const cases = casesOf(modules).filter(({ name }) => name.includes(scenario));
  if (cases.length === 0) throw new Error(`no scenario is called ${scenario}`);
  return cases;
};

const run = async (options: Options, cases: readonly Case[]): Promise<number> => {
  const outcomes = await withPlace((place) => playAll(cases, place));
  const result = resultOf(outcomes, accepted, options.scenario === undefined);
  console.log(`\n${report(result, outcomes)}`);
  if (options.json !== undefined) {
    const file = resolve(process.env["INIT_CWD"] ?? process.cwd(), options.json);
    await writeFile(file, `${JSON.stringify(result, undefined, 2)}\n`);
  }
  return good(result) ? 0 : 1;
};

const main = async (): Promise<number> => {
  let options: Options;
  let cases: Case[];
  try {
    options = optionsFrom(process.argv.slice(2));
    cases = chosen(options);
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  openHouse();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => process.exit(130));
  return run(options, cases);
};

process.exit(await main());
