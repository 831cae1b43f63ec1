/** Rows by runtimes: every case of the matrix. Pure. */
import type { Row } from "./row.ts";
import { UNSUPPORTED, type Runtime } from "./runtimes.ts";
import { collectors } from "./rows/collectors.ts";
import { configurations } from "./rows/configurations.ts";
import { endings } from "./rows/endings.ts";
import { entries } from "./rows/entries.ts";
import { flags } from "./rows/flags.ts";
import { others } from "./rows/others.ts";
import { processes } from "./rows/processes.ts";
import { surroundings } from "./rows/surroundings.ts";
import { tampering } from "./rows/tampering.ts";
import { views } from "./rows/views.ts";

export interface Case {
  name: string;
  row: Row;
  runtime: Runtime;
}

export const rows: Row[] = [
  ...collectors,
  ...configurations,
  ...endings,
  ...entries,
  ...flags,
  ...others,
  ...processes,
  ...surroundings,
  ...tampering,
  ...views,
];

/** Where a Node is too old, how a program is started and how it ends is all there is to get wrong. */
const TO_OLD = /^(entry|ending|process): /;

const suits = ({ from = 0, until = Infinity, ...row }: Row, runtime: Runtime): boolean => {
  const old = UNSUPPORTED.includes(runtime);
  if (old && (!TO_OLD.test(row.fault) || row.collector || row.moment !== "before")) return false;
  return from <= runtime.major && runtime.major <= until;
};

const inert = (row: Row): Row => ({
  ...row,
  agent: row.agent === "unknown" ? "unknown" : "inert",
});

export const cases = (runtimes: readonly Runtime[], filter = ""): Case[] =>
  rows
    .flatMap((row) =>
      runtimes
        .filter((runtime) => suits(row, runtime))
        .map((runtime) => ({
          name: `${row.fault}, ${row.moment}, Node ${runtime.major}`,
          row: UNSUPPORTED.includes(runtime) ? inert(row) : row,
          runtime,
        })),
    )
    .filter(({ name }) => name.includes(filter));
