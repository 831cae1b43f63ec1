/** Evidence of one variant in, numbers out. All statistics are `verdict/`'s. */
import { differenceOf } from "../../verdict/calibration.ts";
import type { Control } from "../../verdict/control.ts";
import { interval, observeAll, planRho } from "../../verdict/engine.ts";
import { type Evidence, parseEvidence } from "../../verdict/evidence.ts";
import { batches, mean } from "../../verdict/numeric.ts";
import { clipRunning } from "../../verdict/outliers.ts";
import { type Budget, read, type Reading } from "../../verdict/reading.ts";
import { percent } from "../../verdict/sanity.ts";
import type { Verdict } from "../../verdict/report.ts";
import { judgeTrial } from "../../verdict/trial.ts";
import type { Profile } from "./options.ts";

/** The guard is for trials that play both keys; here a variant is one of them. */
export const BUDGET: Budget = { cpuPercent: 1, guardPercent: 3, alpha: 0.05 };

/** What has to arrive of items that are on. */
const CONTROLS: Record<Profile, Control> = { lean: "every", sampled: "every", metrics: "metrics" };

/** An agent that keeps to a budget may leave out every span, and no number. */
export const controlOf = (asked: { profile: Profile; governor: boolean }): Control =>
  asked.governor ? "metrics" : CONTROLS[asked.profile];

/** Percent, off against off. */
export interface Idle {
  estimatePercent: number | null;
  lowerPercent: number | null;
  upperPercent: number | null;
  blocks: number;
}

export interface Said {
  verdict: Verdict["verdict"];
  reason: string;
  message: string;
  estimatePercent: number | null;
  lowerPercent: number | null;
  upperPercent: number | null;
  /** Blocks of items, or fresh pairs of processes. */
  pairs: number;
  /** CPU microseconds of an item without the agent, and of the agent for an item. */
  appUsPerItem: number | null;
  usPerItem: number | null;
  spansPerItem: number | null;
}

export interface Judged extends Said {
  /** Of the agent's microseconds those for export, where they can be told apart. */
  exportUsPerItem: number | null;
  spansReceived: number;
  /** Items that were on; those of them that arrived; those that arrived and were off. */
  onItems: number;
  traces: number;
  offTraces: number;
  aa: Idle;
}

/** What was found, and the observations of off against off for `idleOf` all variants. Throws when the evidence is damaged. */
export const judge = (text: string, control: Control): { judged: Judged; idle: number[] } => {
  const evidence = evidenceOf(text);
  const reading = read(evidence, BUDGET);
  const idle = idleObservations(reading);
  return { judged: numbersOf(reading, verdictOf(evidence, control), idleOf(idle)), idle };
};

/** One sentence about how far it is. */
export const progressOf = (text: string, control: Control): string =>
  verdictOf(evidenceOf(text), control).message;

const verdictOf = (evidence: Evidence, control: Control): Verdict =>
  judgeTrial(evidence, BUDGET, { control });

export const evidenceOf = (text: string): Evidence => {
  const evidence = parseEvidence(text);
  if ("damaged" in evidence) throw new Error(evidence.damaged);
  return evidence;
};

const idleObservations = ({ aa, calibration }: Reading): number[] =>
  calibration ? batches(aa.map(differenceOf), calibration.batch).map(mean) : [];

/** Where nothing differs only the size of the differences may plan the mixture: their signs are the evidence. */
export const idleOf = (observations: readonly number[]): Idle => {
  const blocks = observations.length;
  if (blocks === 0)
    return { estimatePercent: null, lowerPercent: null, upperPercent: null, blocks };
  const alpha = 0.1;
  const sigma = Math.sqrt(mean(observations.map((d) => d * d)));
  const rho = planRho({ sigma, pairs: blocks, alpha });
  const gate = observeAll(observations, { margin: 0, rho, alpha });
  const found = interval(gate, { rho, alpha });
  return {
    estimatePercent: rounded(percent(gate.sum / gate.pairs), 3),
    lowerPercent: rounded(found && percent(found.lower), 3),
    upperPercent: rounded(found && percent(found.upper), 3),
    blocks,
  };
};

const numbersOf = (reading: Reading, verdict: Verdict, aa: Idle): Judged => ({
  ...saidBy(verdict),
  exportUsPerItem: rounded(exportOf(reading), 1),
  ...countsOf(reading),
  aa,
});

/** What any verdict says, of items on and off and of fresh pairs alike. */
export const saidBy = (verdict: Verdict): Said => ({
  verdict: verdict.verdict,
  reason: verdict.reason,
  message: verdict.message,
  estimatePercent: verdict.estimatePercent ?? null,
  lowerPercent: verdict.lowerPercent ?? null,
  upperPercent: verdict.upperPercent ?? null,
  pairs: verdict.pairs,
  appUsPerItem: verdict.cpuMicrosPerItem ?? null,
  usPerItem: rounded(share(verdict.estimatePercent, verdict.cpuMicrosPerItem), 1),
  spansPerItem: verdict.spansPerItem ?? null,
});

const NOTHING = { spans: 0, onItems: 0, traces: 0, offTraces: 0 };

/** Of the last control. */
const countsOf = ({
  control,
}: Reading): Pick<Judged, "spansReceived" | "onItems" | "traces" | "offTraces"> => {
  const { spans, onItems, traces, offTraces } = control ?? NOTHING;
  return { spansReceived: spans, onItems, traces, offTraces };
};

const share = (estimate: number | undefined, of: number | undefined): number | undefined =>
  estimate === undefined || of === undefined ? undefined : (estimate / 100) * of;

/** Microseconds per item that was on, clipped as the verdict clips them. */
const exportOf = ({ ab, plan }: Reading): number | undefined => {
  const flushes = clipRunning(ab.map(({ flushUs }) => flushUs));
  return plan && flushes.length > 0 ? mean(flushes) / plan.pairsPerBlock : undefined;
};

const rounded = (value: number | undefined, digits: number): number | null =>
  value === undefined ? null : Number(value.toFixed(digits));

/** What was sent and what arrived are the same items, and every item was served. */
export const controlled = ({ verdict, reason }: Pick<Judged, "verdict" | "reason">): boolean =>
  verdict !== "Error" && verdict !== "Running" && reason !== "RequestsFailed";
