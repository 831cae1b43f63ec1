/** One row per planted trial, in a file that an interrupted run goes on with. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { loadavg } from "node:os";
import type { Played } from "./player.ts";
import { isRight, nameOf, type PlantedTrial } from "./trials.ts";

export interface Row {
  planted: PlantedTrial["planted"];
  verdict: string;
  reason: string;
  estimatePercent: number | null;
  lowerPercent: number | null;
  upperPercent: number | null;
  pairs: number;
  seconds: number;
  /** Of the machine that asks, over the last minute. */
  load: number;
  right: boolean;
  /** Where fresh pairs were asked for. */
  wholePercent?: number;
  pairSeconds?: number[];
  used?: Played["used"];
}

export const rowOf = (trial: PlantedTrial, { judged, seconds, ...more }: Played): Row => ({
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
  ...found(more),
});

/** Only on a cluster. */
const found = ({
  evidence: _evidence,
  ...rest
}: Omit<Played, "judged" | "seconds">): Pick<Row, "wholePercent" | "pairSeconds" | "used"> => rest;

/** What an earlier run has left; throws for a file that is something else. */
export const rowsIn = async (file: string | undefined): Promise<Row[]> => {
  if (file === undefined || !existsSync(file)) return [];
  const rows: unknown = JSON.parse(await readFile(file, "utf8"));
  if (Array.isArray(rows) && rows.every((row) => "planted" in row && "right" in row)) return rows;
  throw new Error(`${file} does not hold rows of planted trials: name another file in --json`);
};

export const keepRows = async (file: string | undefined, rows: readonly Row[]): Promise<void> => {
  if (file !== undefined) await writeFile(file, `${JSON.stringify(rows, undefined, 2)}\n`);
};

/** Trials that the rows do not answer yet, one entry for each run. */
export const remaining = (trials: readonly PlantedTrial[], rows: readonly Row[]): PlantedTrial[] =>
  trials.flatMap((trial) => {
    const done = rows.filter((row) => nameOf(row) === nameOf(trial)).length;
    return Array.from({ length: Math.max(0, trial.times - done) }, () => trial);
  });

export const shown = (row: Row): string =>
  [
    String(row.planted).padEnd(14),
    `${row.verdict} ${row.reason}`.padEnd(32),
    `${row.estimatePercent?.toFixed(2) ?? "-"} %`.padStart(8),
    `${row.pairs} pairs`.padStart(10),
    `${row.seconds} s`.padStart(7),
    `load ${row.load}`.padStart(10),
    ...(row.pairSeconds ? [`  ${row.pairSeconds.length} fresh pairs`] : []),
    row.right ? "" : "  WRONG",
  ].join(" ");
