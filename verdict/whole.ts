/**
 * Key 2, the whole cost: fresh pairs of a plain and an instrumented twin with equal histories, all CPU counted. One pair is one
 * observation D = ln(instrumented / plain); the margin is the guard.
 *
 * Pairs come in twos with their slots crossed over (D1 = mu + b + e1, D2 = mu - b + e2 for a slot that is dearer by b), and the gate
 * looks after the second only. The factor of both is h(b) h(-b) <= ((h(b) + h(-b)) / 2)², and that mean is at most 1 by the symmetry the
 * drawn order supplies: so the guarantee of the engine holds for every b, and both pairs count.
 */
import { type Control, missingOf } from "./control.ts";
import { logMoreOften } from "./counts.ts";
import {
  emptyGate,
  expectedPairs,
  forecast,
  type Gate,
  type GatePlan,
  interval,
  observe,
  planRho,
} from "./engine.ts";
import type { EndLine, EpochLine, Evidence, WholePlanLine } from "./evidence.ts";
import { batches, mean } from "./numeric.ts";
import { mulberry32 } from "./random.ts";
import type { Budget } from "./reading.ts";
import type { Finding, Numbers, Verdict } from "./report.ts";
import { present, rounded } from "./report.ts";
import { percent } from "./sanity.ts";
import { bounds, count, percentText } from "./sentence.ts";

/** The twin that is started first: drawn for even pairs, the other one for odd ones, and the same for ever for a seed. */
export const firstOf = (seed: number, pair: number): "plain" | "injected" => {
  const drawn = mulberry32(seed + Math.floor(pair / 2))() < 0.5;
  return drawn === (pair % 2 === 0) ? "plain" : "injected";
};

/** Two equal processes differ by so much (one standard deviation, measured); planned for an agent that costs a third of the guard. */
const SIGMA = 0.02;
const HOPED_SHARE = 1 / 3;

interface Pairs {
  budget: Budget;
  control: Control;
  plan: WholePlanLine | undefined;
  epochs: EpochLine[];
  end: EndLine | undefined;
  gate: Gate;
  gatePlan: GatePlan;
  expected?: number;
  futile: boolean;
}

/** Pure. The verdict of a prefix is what an observer would have said at that moment. */
export const judgeWhole = ({ lines }: Evidence, budget: Budget, control: Control): Verdict => {
  const epochs = lines.filter((line) => line.kind === "epoch");
  const plan = lines.find((line) => line.kind === "plan" && line.key === "whole");
  const gatePlan = planOf(budget);
  const gate = epochs.every(isMeasured) ? gateOf(epochs, gatePlan) : emptyGate;
  const pairs: Pairs = {
    budget,
    control,
    plan,
    epochs,
    end: lines.find((line) => line.kind === "end"),
    gate,
    gatePlan,
    ...forecast(gate, gatePlan, plan?.maxPairs ?? 0),
  };
  for (const check of checks) {
    const found = check(pairs);
    if (found) return verdictOf(pairs, found);
  }
  return verdictOf(pairs, { verdict: "Running", reason: "Measuring" });
};

const planOf = ({ guardPercent, alpha }: Budget): GatePlan => {
  const margin = Math.log(1 + guardPercent / 100);
  const distance = margin - Math.log(1 + (HOPED_SHARE * guardPercent) / 100);
  const pairs = expectedPairs({ sigma: SIGMA, distance, alpha });
  return { margin, rho: planRho({ sigma: SIGMA, pairs, alpha }), alpha };
};

const isMeasured = ({ cpuUs }: EpochLine): boolean => cpuUs.every((used) => used > 0);

const differenceOf = ({ cpuUs: [plain, injected] }: EpochLine): number =>
  Math.log(injected / plain);

const gateOf = (epochs: readonly EpochLine[], plan: GatePlan): Gate =>
  batches(epochs.map(differenceOf), 2).reduce((gate, [one = 0, other = 0]) => {
    const half = { ...observe(gate, one, plan), verdict: gate.verdict };
    return observe(half, other, plan);
  }, emptyGate);

type Check = (pairs: Pairs) => Finding | undefined;

const planKept: Check = ({ plan, budget }) =>
  !plan || (plan.marginPercent === budget.guardPercent && plan.alpha === budget.alpha)
    ? undefined
    : {
        verdict: "Error",
        reason: "PlanChanged",
        message: `the pairs were planned for ${plan.marginPercent} % at alpha ${plan.alpha}, the budget says ${budget.guardPercent} % at ${budget.alpha}: start another attempt`,
      };

const failuresOf = (epochs: readonly EpochLine[]): { off: number; on: number } => ({
  off: epochs.reduce((sum, { bad: [plain] }) => sum + plain, 0),
  on: epochs.reduce((sum, { bad: [, injected] }) => sum + injected, 0),
});

const noRequestFailed: Check = ({ epochs }) => {
  const { on, off } = failuresOf(epochs);
  return on === 0 || off > 0
    ? undefined
    : {
        verdict: "Failed",
        reason: "RequestsFailed",
        message: `${count(on, "item")} failed in the instrumented twins and none in the plain ones`,
      };
};

const measurable: Check = ({ epochs }) =>
  epochs.every(isMeasured)
    ? undefined
    : {
        verdict: "Error",
        reason: "CannotMeasure",
        message: "the meter saw no CPU for items that were served",
      };

const equalHistories: Check = ({ epochs }) => {
  const odd = epochs.find(({ before: [plain, injected] }) => plain !== injected);
  return (
    odd && {
      verdict: "Error",
      reason: "UnequalHistories",
      message: `the twins of pair ${odd.pair + 1} had served ${odd.before[0]} and ${odd.before[1]} items before they were compared; they must be equal`,
    }
  );
};

/** In every pair: each has its own process, and each of them could be the one without its agent. */
const arrived: Check = ({ epochs, control }) => {
  for (const epoch of epochs) {
    const missing = missingOf({ ...epoch, offTraces: 0 }, control);
    if (missing)
      return {
        ...missing,
        verdict: "Error",
        message: `pair ${epoch.pair + 1}: ${missing.message}`,
      };
  }
  return undefined;
};

/** Twins that fail by themselves too must not fail more often, as far as one can tell. */
const withinGuard: Check = ({ gate, epochs, budget }) => {
  if (gate.verdict === "Failed") return { verdict: "Failed", reason: "GuardExceeded" };
  const suspicious = logMoreOften(failuresOf(epochs)) >= -Math.log(budget.alpha);
  return gate.verdict === "Passed" && !suspicious
    ? { verdict: "Passed", reason: "WithinGuard" }
    : undefined;
};

const notAborted: Check = ({ end }) =>
  end?.reason === "Aborted"
    ? { verdict: "Error", reason: "Aborted", message: end.message ?? "the load gave up" }
    : undefined;

const undecided: Check = ({ end, epochs, plan, futile }) =>
  end !== undefined || (plan !== undefined && epochs.length >= plan.maxPairs) || futile
    ? { verdict: "Inconclusive", reason: "GuardUndecided" }
    : undefined;

const checks: readonly Check[] = [
  planKept,
  noRequestFailed,
  measurable,
  equalHistories,
  arrived,
  withinGuard,
  notAborted,
  undecided,
];

const verdictOf = (pairs: Pairs, finding: Finding): Verdict => {
  const numbers = numbersOf(pairs, finding);
  return { message: sentence(numbers, pairs), ...finding, ...numbers };
};

const numbersOf = ({ gate, gatePlan, epochs, expected }: Pairs, { verdict }: Finding): Numbers => {
  const found = interval(gate, { rho: gatePlan.rho, alpha: 0.1 });
  const open = verdict === "Running" || verdict === "Inconclusive";
  return {
    pairs: epochs.length,
    logPass: rounded(gate.logPass, 4),
    logFail: rounded(gate.logFail, 4),
    ...present({
      estimatePercent: gate.pairs > 0 ? rounded(percent(gate.sum / gate.pairs), 3) : undefined,
      lowerPercent: found && rounded(percent(found.lower), 3),
      upperPercent: found && rounded(percent(found.upper), 3),
      forecastPairs: open ? expected : undefined,
    }),
    ...costs(epochs),
  };
};

const costs = (epochs: readonly EpochLine[]): Pick<Numbers, "cpuMicrosPerItem" | "spansPerItem"> =>
  epochs.length === 0
    ? {}
    : {
        cpuMicrosPerItem: rounded(mean(epochs.map(({ cpuUs, items }) => cpuUs[0] / items)), 1),
        spansPerItem: rounded(
          mean(epochs.map(({ spans, onItems }) => spans / Math.max(1, onItems))),
          2,
        ),
      };

/** "whole cost +0.9 % [-0.4, +2.2], 14 pairs of fresh twins, guard 3 %". */
const sentence = (
  { estimatePercent, lowerPercent, upperPercent, pairs, forecastPairs }: Numbers,
  { budget, plan }: Pairs,
): string =>
  estimatePercent === undefined
    ? `fresh twins: ${pairs} of at most ${count(plan?.maxPairs ?? 0, "pair")}`
    : [
        `whole cost ${percentText(estimatePercent)} ${bounds(lowerPercent, upperPercent)}`,
        `${count(pairs, "pair")} of fresh twins`,
        `guard ${budget.guardPercent} %`,
        ...(forecastPairs === undefined ? [] : [`need about ${forecastPairs}`]),
      ].join(", ");
