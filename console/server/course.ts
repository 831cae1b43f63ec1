/** How a verdict came about: the same judge, asked after every few pairs of the recorded evidence. Pure. */
import type { Control } from "@flashcard-otel/verdict/control.ts";
import type { Evidence, Line } from "@flashcard-otel/verdict/evidence.ts";
import type { Budget } from "@flashcard-otel/verdict/reading.ts";
import type { Verdict } from "@flashcard-otel/verdict/report.ts";
import { judgeTrial } from "@flashcard-otel/verdict/trial.ts";
import type { Course, CoursePoint } from "../facts.ts";

/** As many as a picture can show. */
const MOST_POINTS = 60;

/** Numbers of lines after which there was something to compare, evenly spread, the whole always among them. */
const ends = ({ lines }: Evidence): number[] => {
  const compared = lines.flatMap((line, index) =>
    line.kind === "epoch" || (line.kind === "block" && line.phase === "ab") ? [index + 1] : [],
  );
  const step = Math.ceil(compared.length / MOST_POINTS);
  const some = compared.filter((_, index) => index % step === 0);
  return compared.length === 0 ? [] : [...some, lines.length];
};

/** Nothing while no batch of blocks is complete. */
const pointOf = ({
  pairs,
  estimatePercent,
  lowerPercent,
  upperPercent,
  logPass,
  logFail,
}: Verdict): CoursePoint[] =>
  estimatePercent === undefined
    ? []
    : [
        {
          pairs,
          estimate: estimatePercent,
          ...(lowerPercent === undefined ? {} : { lower: lowerPercent }),
          ...(upperPercent === undefined ? {} : { upper: upperPercent }),
          logPass,
          logFail,
        },
      ];

export const courseOf = (
  evidence: Evidence,
  budget: Budget,
  control: Control,
): Omit<Course, "seal"> => {
  const judge = (end: number): Verdict =>
    judgeTrial({ ...evidence, lines: evidence.lines.slice(0, end) }, budget, { control });
  const [plan] = evidence.lines;
  const whole = plan?.kind === "plan" && plan.key === "whole";
  return {
    points: ends(evidence)
      .flatMap((end) => pointOf(judge(end)))
      .filter(({ pairs }, index, all) => pairs !== all[index + 1]?.pairs),
    budgetPercent: whole ? budget.guardPercent : budget.cpuPercent,
    alpha: budget.alpha,
    maxPairs: mostPairs(plan),
    verdict: judge(evidence.lines.length),
    lines: evidence.lines.length,
  };
};

const mostPairs = (plan: Line | undefined): number => {
  if (plan?.kind !== "plan") return 0;
  return plan.key === "whole" ? plan.maxPairs : plan.maxBlocks;
};
