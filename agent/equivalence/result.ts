/** What a run found, for people and for machines. Pure. */
import type { Accepted } from "./accepted.ts";
import { type Difference, sentence } from "./difference.ts";

/** One case: what is not accepted in it, or why it could not be run. */
export interface Outcome {
  name: string;
  left: readonly Difference[];
  used: ReadonlySet<Accepted>;
  error?: string;
}

export interface Result {
  cases: number;
  passed: number;
  /** Rows of the table of accepted differences that were needed. */
  accepted: number;
  failed: number;
  /** Rows that no case needed any more; only told when every case was run. */
  stale: string[];
  failures: { case: string; differences: string[] }[];
}

export const succeeded = ({ left, error }: Outcome): boolean =>
  left.length === 0 && error === undefined;

const rowName = ({ subject, name, field, only, cases }: Accepted): string =>
  [
    subject,
    name ?? "",
    field === "" ? "(whole)" : field,
    only ? `only ${only}` : "",
    cases ? `in ${cases}` : "",
  ]
    .filter(Boolean)
    .join(" ");

export const resultOf = (
  outcomes: readonly Outcome[],
  table: readonly Accepted[],
  everything: boolean,
): Result => {
  const used = new Set(outcomes.flatMap((each) => [...each.used]));
  const failed = outcomes.filter((each) => !succeeded(each));
  return {
    cases: outcomes.length,
    passed: outcomes.length - failed.length,
    accepted: used.size,
    failed: failed.length,
    stale: everything ? table.filter((row) => !used.has(row)).map(rowName) : [],
    failures: failed.map(({ name, left, error }) => ({
      case: name,
      differences: error === undefined ? left.map(sentence) : [error],
    })),
  };
};

export const good = ({ failed, stale }: Result): boolean => failed === 0 && stale.length === 0;

/** The accepted differences with the number of cases that have them, then what is wrong. */
export const report = (result: Result, outcomes: readonly Outcome[]): string => {
  const counts = new Map<Accepted, number>();
  for (const row of outcomes.flatMap(({ used }) => [...used]))
    counts.set(row, (counts.get(row) ?? 0) + 1);
  const rows = [...counts].map(([row, count]) => `| ${count} | ${rowName(row)} | ${row.reason} |`);
  return [
    "| cases | accepted difference | reason |",
    "|---|---|---|",
    ...rows,
    "",
    ...result.failures.map(({ case: name, differences }) =>
      [`FAILED ${name}`, ...differences.map((each) => `  ${each}`)].join("\n"),
    ),
    ...result.stale.map((row) => `STALE: no longer occurs, take it out of accepted.ts: ${row}`),
    `${result.cases} cases: ${result.passed} passed, ${result.failed} failed; ${result.accepted} accepted differences, ${result.stale.length} stale`,
  ].join("\n");
};
