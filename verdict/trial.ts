/**
 * Evidence in, verdict out. Checks are asked in the order of `checks`: the first that has something to say decides. What makes
 * the evidence worthless comes before what it proves, and what it proves comes before how the load ended.
 */
import { type Control, gaps, strays } from "./control.ts";
import type { Evidence } from "./evidence.ts";
import { type Budget, isMeasured, LEAST_AA_BLOCKS, read, type Reading } from "./reading.ts";
import { type Finding, numbersOf, type Verdict } from "./report.ts";
import { count, percentText, sentence } from "./sentence.ts";

/** Pure. The verdict of a prefix is what an observer would have said at that moment. */
export const judgeTrial = (
  evidence: Evidence,
  budget: Budget,
  { control = "every" }: { control?: Control } = {},
): Verdict => {
  const reading = read(evidence, budget);
  for (const check of checks) {
    const found = check(reading, control);
    if (found) return verdictOf(reading, found);
  }
  return verdictOf(reading, measuring(reading));
};

const verdictOf = (reading: Reading, finding: Finding): Verdict => {
  const numbers = numbersOf(reading, finding);
  return { message: sentence(numbers, reading), ...finding, ...numbers };
};

type Check = (reading: Reading, control: Control) => Finding | undefined;

const error = (reason: string, message: string): Finding => ({ verdict: "Error", reason, message });

const planKept: Check = ({ plan, budget }) => {
  const margin = plan?.marginPercent ?? budget.cpuPercent;
  const alpha = plan?.alpha ?? budget.alpha;
  return margin === budget.cpuPercent && alpha === budget.alpha
    ? undefined
    : error(
        "PlanChanged",
        `the load was planned for ${margin} % at alpha ${alpha}, the budget says ${budget.cpuPercent} % at ${budget.alpha}: start another attempt`,
      );
};

const noRequestFailed: Check = ({ aa, ab, twin }) => {
  const bad = [...aa, ...ab].reduce((sum, block) => sum + block.bad, twin?.bad ?? 0);
  return bad === 0
    ? undefined
    : {
        verdict: "Failed",
        reason: "RequestsFailed",
        message: `${count(bad, "item")} failed during the trial, none may`,
      };
};

const measurable: Check = ({ aa, ab, twin, sanity }) =>
  aa.every(isMeasured) && ab.every(isMeasured) && (!twin || twin.pairs.length === 0 || sanity)
    ? undefined
    : error(
        "CannotMeasure",
        "the meter saw no CPU, or less than before, for items that were served",
      );

const calibrated: Check = ({ plan }) =>
  plan && plan.aaBlocks < LEAST_AA_BLOCKS
    ? error(
        "NotCalibrated",
        `${plan.aaBlocks} blocks of off against off are too few, ${LEAST_AA_BLOCKS} are the least`,
      )
    : undefined;

const unbiased: Check = ({ calibration }) =>
  calibration?.biased
    ? error(
        "EnvironmentBiased",
        "off against off differs where nothing differs: this place cannot measure",
      )
    : undefined;

const equalHistories: Check = ({ twin }) =>
  twin?.before && twin.before[0] !== twin.before[1]
    ? error(
        "UnequalHistories",
        `the twins had served ${twin.before[0]} and ${twin.before[1]} items before they were compared; they must be equal`,
      )
    : undefined;

/** Without it, an agent that was never there would pass as one that costs nothing. */
const arrived: Check = ({ control }, expected) => {
  const missing = control && (strays(control) ?? gaps(control, expected));
  return missing && error(missing.reason, missing.message);
};

const withinGuard: Check = ({ sanity, budget }) =>
  sanity?.exceeds
    ? {
        verdict: "Failed",
        reason: "GuardExceeded",
        message: `the injected twin uses ${percentText(sanity.estimatePercent)} more CPU per item than the plain one, far above the guard of ${budget.guardPercent} %`,
      }
    : undefined;

const withinBudget: Check = ({ gate, controlled }) => {
  if (gate.verdict === "Failed") return { verdict: "Failed", reason: "BudgetExceeded" };
  return gate.verdict === "Passed" && controlled
    ? { verdict: "Passed", reason: "WithinBudget" }
    : undefined;
};

const notAborted: Check = ({ end }) =>
  end?.reason === "Aborted" ? error("Aborted", end.message ?? "the load gave up") : undefined;

const controlledAtTheEnd: Check = ({ gate, end }) =>
  gate.verdict === "Passed" && end
    ? error("NoControl", "the load ended without counting the spans that arrived")
    : undefined;

const undecided: Check = ({ gate, end, futile, plan, ab }) => {
  const over = end !== undefined || (plan !== undefined && ab.length >= plan.maxBlocks);
  return gate.verdict === "Running" && (over || futile)
    ? { verdict: "Inconclusive", reason: "BudgetUndecided" }
    : undefined;
};

/** The order is pinned by a test. */
export const checks: readonly Check[] = [
  planKept,
  noRequestFailed,
  measurable,
  calibrated,
  unbiased,
  equalHistories,
  arrived,
  withinGuard,
  withinBudget,
  notAborted,
  controlledAtTheEnd,
  undecided,
];

const measuring = ({ calibration, gate }: Reading): Finding => {
  if (!calibration) return { verdict: "Running", reason: "Calibrating" };
  return {
    verdict: "Running",
    reason: gate.verdict === "Passed" ? "AwaitingControl" : "Measuring",
  };
};
