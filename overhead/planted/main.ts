/**
 * `npm run trial:planted`: trials of known truth, and whether each verdict was right.
 *
 *   npm run trial:planted -- [--runs N] [--only NAME]... [--times N] [--json FILE] [--record FILE]
 *   npm run trial:planted -- --provider direct|context [--context NAME] [--pairs N] [--keep] ...
 *
 * N (5) of each planted cost, twice as many of nothing. On local processes by key 1; with --provider on a cluster, by the operator, with
 * both keys where --pairs says how many. A run that was interrupted goes on with the rows of --json. --record plays each trial to 60
 * blocks, whatever its verdict, and writes what other decision rules need of it. Exit codes: 0 every verdict was right; 1 one was wrong;
 * 2 wrong arguments; 130 interrupted.
 */
import { appendFile, writeFile } from "node:fs/promises";
import { localPlayer } from "./local.ts";
import { type Options, understood, USAGE } from "./options.ts";
import type { Player } from "./player.ts";
import { compact } from "./record.ts";
import { roundsFor } from "./rounds.ts";
import { keepRows, remaining, type Row, rowOf, rowsIn, shown } from "./rows.ts";
import type { PlantedTrial } from "./trials.ts";

const RECORDED_BLOCKS = 60;

const percentOf = ({ planted }: PlantedTrial): number =>
  typeof planted === "number" ? planted : 0;

const say = (line: string): void => console.log(line);

const playerFor = async ({ cluster, record }: Options): Promise<Player> => {
  if (!cluster) {
    const blocks = record === undefined ? undefined : RECORDED_BLOCKS;
    return localPlayer({ signal: controller.signal, blocks });
  }
  const { clusterPlayer } = await import("../../e2e/planted/player.ts");
  return clusterPlayer(cluster, { signal: controller.signal, say });
};

const main = async (options: Options): Promise<number> => {
  const { trials, json, record } = options;
  const rows = await rowsIn(json);
  const left = remaining(trials, rows);
  say(`${left.length} trials to play, ${rows.length} rows are there`);
  const rounds = await roundsFor(controller.signal);
  if (record !== undefined) await writeFile(record, "");
  const player = await playerFor(options);
  try {
    for (const trial of left) {
      const percent = percentOf(trial);
      const played = await player.play(trial, { rounds: rounds(percent), seed: rows.length + 1 });
      rows.push(rowOf(trial, played));
      say(shown(rows.at(-1) as Row));
      if (record !== undefined) await appendFile(record, compact(percent, played.evidence ?? ""));
      // After each: what was measured survives an interruption.
      await keepRows(json, rows);
    }
  } finally {
    await player.stop();
  }
  const wrong = rows.filter(({ right }) => !right).length;
  say(`${rows.length} trials, ${wrong} wrong verdicts`);
  return wrong === 0 ? 0 : 1;
};

const controller = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.once(name, () => controller.abort(new Error("interrupted")));

const start = async (): Promise<number> => {
  let options: Options;
  try {
    options = understood(process.argv.slice(2), process.env["INIT_CWD"] ?? process.cwd());
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  try {
    return await main(options);
  } catch (error) {
    console.error(controller.signal.aborted ? "interrupted" : error);
    return controller.signal.aborted ? 130 : 1;
  }
};

process.exit(await start());
