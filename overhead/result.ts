/** What an experiment found, for machines: the shape of `--json`. */
import type { Budget } from "../verdict/reading.ts";
import type { Outcome, Verdict } from "../verdict/report.ts";

export interface Found {
  app: string;
  url: string;
  agent: string;
  budget: Budget;
  verdict: Outcome;
  reason: string;
  message: string;
  /** Key 1; null where the agent cannot be toggled. */
  marginal: Verdict | null;
  /** Key 2. */
  whole: Verdict;
  seconds: number;
  /** JSON lines from which anyone can recompute the verdicts. */
  evidence: { marginal: string | null; whole: string };
}

/** 0 Passed, 1 Failed, 3 Inconclusive, 4 Error; 2 is for wrong arguments. */
export const EXIT_CODES: Record<Outcome, number> = {
  Passed: 0,
  Failed: 1,
  Inconclusive: 3,
  Running: 3,
  Error: 4,
};
