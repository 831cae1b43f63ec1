/**
 * `npm run trial:planted`: trials of known truth on local processes, by key 1, and whether each verdict was right.
 *
 *   npm run trial:planted -- [--runs N] [--json FILE] [--record FILE]
 *
 * N (5) of each planted cost, twice as many of nothing. --record plays each trial to 60 blocks, whatever its verdict, and writes what
 * other decision rules need of it. Exit codes: 0 every verdict was right; 1 one was wrong; 2 wrong arguments; 130 interrupted.
 */
import { appendFile, writeFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { agentWith, subjectOf } from "../testing/standin.ts";
import { type Asked, type Key, marginalKey } from "../keys.ts";
import { compact } from "./record.ts";
import { ROUNDS, roundsFor } from "./rounds.ts";
import { isRight, type PlantedTrial, plantedTrials } from "./trials.ts";

const USAGE = "usage: npm run trial:planted -- [--runs N] [--json FILE] [--record FILE]";

interface Options {
  runs: number;
  json: string | undefined;
  record: string | undefined;
}

const file = (name: string | undefined): string | undefined =>
  name === undefined ? undefined : resolve(process.env["INIT_CWD"] ?? process.cwd(), name);

const understood = (): Options => {
  const options = {
    runs: { type: "string", default: "5" },
    json: { type: "string" },
    record: { type: "string" },
  } as const;
  const { values } = parseArgs({ options });
  if (!/^[1-9]\d*$/.test(values.runs))
    throw new Error(`--runs is ${values.runs}, not a whole number above 0`);
  return { runs: Number(values.runs), json: file(values.json), record: file(values.record) };
};

const RECORDED_BLOCKS = 60;

/** A fresh process each time; `rounds` of planted work in every item that is on. */
const play = (
  { app = {}, agent = {} }: PlantedTrial,
  { rounds, seed, blocks }: { rounds: number; seed: number; blocks?: number },
): Promise<Key> => {
  const planted = agentWith({ BALANCED: "1", BURN_ROUNDS: String(rounds), ...agent });
  const asked: Asked = {
    subject: subjectOf(planted, { ROUNDS: String(ROUNDS), ...app }),
    budget: { cpuPercent: 1, guardPercent: 3, alpha: 0.05 },
    extent: { warmupItems: 1000, blocks: blocks ?? 300, pairs: 0, epochItems: 0, seed },
    watch: () => undefined,
    tell: () => undefined,
    signal: controller.signal,
  };
  return marginalKey(blocks === undefined ? asked : { ...asked, toTheEnd: true });
};

interface Row {
  planted: PlantedTrial["planted"];
  verdict: string;
  reason: string;
  estimatePercent: number | null;
  lowerPercent: number | null;
  upperPercent: number | null;
  pairs: number;
  seconds: number;
  load: number;
  right: boolean;
}

const rowOf = (trial: PlantedTrial, { verdict: judged }: Key, seconds: number): Row => ({
  planted: trial.planted,
  verdict: judged.verdict,
  reason: judged.reason,
  estimatePercent: judged.estimatePercent ?? null,
  lowerPercent: judged.lowerPercent ?? null,
  upperPercent: judged.upperPercent ?? null,
  pairs: judged.pairs,
  seconds,
  load: Number((loadavg()[0] ?? 0).toFixed(1)),
  right: isRight(trial, judged.verdict),
});

const shown = ({
  planted,
  verdict,
  reason,
  estimatePercent,
  pairs,
  seconds,
  load,
  right,
}: Row): string =>
  [
    String(planted).padEnd(14),
    `${verdict} ${reason}`.padEnd(32),
    `${estimatePercent?.toFixed(2) ?? "-"} %`.padStart(8),
    `${pairs} pairs`.padStart(10),
    `${seconds} s`.padStart(7),
    `load ${load}`.padStart(10),
    right ? "" : "  WRONG",
  ].join(" ");

const main = async ({ runs, json, record }: Options): Promise<number> => {
  const rounds = await roundsFor(controller.signal);
  const trials = plantedTrials(runs).filter(
    ({ planted }) => record === undefined || typeof planted === "number",
  );
  if (record !== undefined) await writeFile(record, "");
  const rows: Row[] = [];
  for (const trial of trials) {
    const times = record === undefined ? trial.times : runs;
    for (let run = 0; run < times; run += 1) {
      const percent = typeof trial.planted === "number" ? trial.planted : 0;
      const began = performance.now();
      const key = await play(trial, {
        rounds: rounds(percent),
        seed: rows.length + 1,
        ...(record === undefined ? {} : { blocks: RECORDED_BLOCKS }),
      });
      const row = rowOf(trial, key, Math.round((performance.now() - began) / 1000));
      rows.push(row);
      console.log(shown(row));
      if (record !== undefined) await appendFile(record, compact(percent, key.evidence));
      // After each: what was measured survives an interruption.
      if (json !== undefined) await writeFile(json, `${JSON.stringify(rows, undefined, 2)}\n`);
    }
  }
  const wrong = rows.filter(({ right }) => !right).length;
  console.log(`${rows.length} trials, ${wrong} wrong verdicts`);
  return wrong === 0 ? 0 : 1;
};

const controller = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.once(name, () => controller.abort(new Error("interrupted")));

const start = async (): Promise<number> => {
  let options: Options;
  try {
    options = understood();
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
