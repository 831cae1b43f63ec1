/**
 * Evidence in, verdict out. Checks are asked in the order of `checks`: the first that has something to say decides. What makes
 * the evidence worthless comes before what it proves, and what it proves comes before how the load ended.
 */
import { type Control, missingOf } from "./control.ts";
import type { Evidence } from "./evidence.ts";
import {
  type Budget,
  isMeasured,
  LEAST_AA_BLOCKS,
  read,
  type Reading,
  TAIL_PERCENT,
} from "./reading.ts";
import { type Finding, numbersOf, type Verdict } from "./report.ts";
import { count, percentText, sentence } from "./sentence.ts";
import { judgeWhole } from "./whole.ts";

/** Pure. The verdict of a prefix is what an observer would have said at that moment; of a record that was cut off it says so. */
export const judgeTrial = (
  evidence: Evidence,
  budget: Budget,
  { control = "every" }: { control?: Control } = {},
): Verdict => {
  const [plan] = evidence.lines;
  const whole = plan?.kind === "plan" && plan.key === "whole";
  const verdict = (whole ? judgeWhole : judgeMarginal)(evidence, budget, control);
  if (!evidence.truncated) return verdict;
  const lines = count(evidence.lines.length, "line");
  return {
    ...verdict,
    message: `${verdict.message}; the record is cut off, this is the verdict of the ${lines} before`,
  };
};

const judgeMarginal = (evidence: Evidence, budget: Budget, control: Control): Verdict => {
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

/** An application whose items fail by themselves (seen in the calibration) is compared with itself instead. */
const noRequestFailed: Check = ({ ab, twin, watch }) => {
  const bad = ab.reduce((sum, block) => sum + block.bad, twin?.bad ?? 0);
  return bad === 0 || watch.failsByItself
    ? undefined
    : {
        verdict: "Failed",
        reason: "RequestsFailed",
        message: `${count(bad, "item")} failed during the trial, none may`,
      };
};

/** Whatever is measured then, it is not the work of the application. */
const MOST_FAILING = 0.1;

const served: Check = ({ aa }) => {
  const items = aa.reduce((sum, { on, off }) => sum + on.length + off.length, 0);
  const bad = aa.reduce((sum, block) => sum + block.bad, 0);
  return bad > MOST_FAILING * items
    ? error(
        "ItemsFail",
        `${bad} of ${items} items failed although nothing was on: correct the items`,
      )
    : undefined;
};

const noMoreFailures: Check = ({ ab, watch: { failures } }) =>
  failures.verdict === "Failed"
    ? {
        verdict: "Failed",
        reason: "MoreErrors",
        message: `items that were on failed more often than the others: by ${failures.sum} in ${count(ab.length, "block")}`,
      }
    : undefined;

const noSlowerTail: Check = ({ budget, watch: { tail } }) => {
  if (!tail?.exceeded) return undefined;
  const { blocks, level, more } = tail.exceeded;
  return {
    verdict: "Failed",
    reason: "TailExceeded",
    message: `items that were on were slow more often than the others, by more than the ${budget.tailPercent ?? TAIL_PERCENT} % allowed: ${more} more in ${count(blocks, "block")} were slower than ${100 * level} of 100 without the agent`,
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
  const missing = control && missingOf(control, expected);
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

/** A cheap agent passes after a few blocks, too few to notice that some items became slow. */
const WATCHED_BLOCKS = 30;
/** Twice as likely if they did: it is looked at longer. */
const LEANING = Math.LN2;

const watched = ({ ab, plan, watch: { tail, suspicious } }: Reading): boolean => {
  const enough = ab.length >= Math.min(WATCHED_BLOCKS, plan?.maxBlocks ?? 0);
  return !suspicious && (!tail || (enough && tail.logFail < LEANING));
};

const withinBudget: Check = (reading) => {
  const { gate, controlled } = reading;
  if (gate.verdict === "Failed") return { verdict: "Failed", reason: "BudgetExceeded" };
  return gate.verdict === "Passed" && controlled && watched(reading)
    ? { verdict: "Passed", reason: "WithinBudget" }
    : undefined;
};

const notAborted: Check = ({ end }) =>
  end?.reason === "Aborted" ? error("Aborted", end.message ?? "the load gave up") : undefined;

const controlledAtTheEnd: Check = ({ gate, end, controlled }) =>
  gate.verdict === "Passed" && end && !controlled
    ? error("NoControl", "the load ended without counting the spans that arrived")
    : undefined;

const undecided: Check = ({ gate, end, futile, plan, ab }) => {
  const spent = futile || (plan !== undefined && ab.length >= plan.maxBlocks);
  return end !== undefined || (gate.verdict === "Running" && spent)
    ? { verdict: "Inconclusive", reason: "BudgetUndecided" }
    : undefined;
};

/** The order is pinned by a test. */
export const checks: readonly Check[] = [
  planKept,
  served,
  noRequestFailed,
  noMoreFailures,
  measurable,
  calibrated,
  unbiased,
  equalHistories,
  arrived,
  withinGuard,
  noSlowerTail,
  withinBudget,
  notAborted,
  controlledAtTheEnd,
  undecided,
];

const measuring = ({ calibration, gate, controlled }: Reading): Finding => {
  if (!calibration) return { verdict: "Running", reason: "Calibrating" };
  return {
    verdict: "Running",
    reason: gate.verdict === "Passed" && !controlled ? "AwaitingControl" : "Measuring",
  };
};
