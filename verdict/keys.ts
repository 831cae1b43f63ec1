/** Both keys of a trial in one verdict, which says what each of them proves. Pure. */
import type { Budget } from "./reading.ts";
import type { Outcome, Verdict } from "./report.ts";

export interface Keys {
  /** Absent where the agent cannot be toggled. */
  marginal?: Verdict;
  whole: Verdict;
}

/** The worst of both; what is still running counts as undecided. */
const RANKS: readonly Outcome[] = ["Error", "Failed", "Inconclusive", "Running", "Passed"];

/** The key that decides comes first in the sentence: its reason is the reason of all. */
export const together = (
  { marginal, whole }: Keys,
  budget: Budget,
): { verdict: Outcome; reason: string; message: string } => {
  const parts = [
    ...(marginal ? [{ ...marginal, name: "key 1, what an item costs" }] : []),
    { ...whole, name: "key 2, what having the agent costs" },
  ];
  const [worst = whole] = parts.toSorted((a, b) => rank(a) - rank(b));
  return {
    verdict: worst.verdict,
    reason: worst.reason,
    message: [
      ...parts.map(({ name, verdict, message }) => `${name}: ${verdict}, ${message}`),
      proven({ marginal, whole }, budget),
    ].join("; "),
  };
};

const rank = ({ verdict }: Verdict): number => RANKS.indexOf(verdict);

const proven = (
  { marginal, whole }: { marginal: Verdict | undefined; whole: Verdict },
  { cpuPercent, guardPercent }: Budget,
): string => {
  const claims = [
    ...(marginal?.verdict === "Passed" ? [`an item costs less than ${cpuPercent} % more`] : []),
    ...(whole.verdict === "Passed" ? [`all of it costs less than ${guardPercent} % more`] : []),
    ...(marginal
      ? []
      : [`nothing about ${cpuPercent} %, since this agent cannot be switched per item`]),
  ];
  return `proven: ${claims.join(", and ") || "nothing"}`;
};
