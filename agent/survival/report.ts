/** The matrix as a table: faults and moments down, runtimes across. Pure. */
import type { Case } from "./matrix.ts";
import type { Verdict } from "./judge.ts";

export interface Played extends Case {
  verdict: Verdict;
}

export interface Summary {
  cases: number;
  passed: number;
  accepted: number;
  failed: number;
}

const MARKS: Record<Verdict["result"], string> = {
  passed: "ok",
  accepted: "(ok)",
  failed: "FAILED",
  senseless: "-",
};

/** Where Node itself refuses the row's flag there is no case. */
export function summary(played: readonly Played[]): Summary {
  const count = (result: Verdict["result"]): number =>
    played.filter(({ verdict }) => verdict.result === result).length;
  const [passed, accepted, failed] = [count("passed"), count("accepted"), count("failed")];
  return { cases: passed + accepted + failed, passed, accepted, failed };
}

export function table(played: readonly Played[]): string {
  const majors = [...new Set(played.map(({ runtime }) => runtime.major))].toSorted((a, b) => a - b);
  const rows = [...new Set(played.map(({ row }) => `${row.fault}, ${row.moment}`))];
  const mark = (name: string, major: number): string => {
    const found = played.find(
      ({ row, runtime }) => runtime.major === major && `${row.fault}, ${row.moment}` === name,
    );
    return found === undefined ? "" : MARKS[found.verdict.result];
  };
  return aligned([
    ["", ...majors.map((major) => `Node ${major}`)],
    ...rows.map((name) => [name, ...majors.map((major) => mark(name, major))]),
  ]);
}

function aligned(rows: string[][]): string {
  const width = Math.max(...rows.map(([name = ""]) => name.length));
  return rows
    .map(([name = "", ...cells]) =>
      [name.padEnd(width), ...cells.map((cell) => cell.padEnd(7))].join("  ").trimEnd(),
    )
    .join("\n");
}
