/** Verdicts in words. */
import type { Reading } from "./reading.ts";
import type { Numbers } from "./report.ts";

/** "cpu per item +0.21 % [-0.40, +1.10], 41 pairs, limit 1 %; 412 us of application CPU per span". */
export const sentence = (numbers: Numbers, { budget, aa, plan }: Reading): string => {
  const { estimatePercent, lowerPercent, upperPercent, pairs, forecastPairs, cpuMicrosPerSpan } =
    numbers;
  if (estimatePercent === undefined)
    return plan
      ? `off against off: ${aa.length} of ${plan.aaBlocks} blocks`
      : "the load has not begun";
  const parts = [
    `cpu per item ${percentText(estimatePercent)} ${bounds(lowerPercent, upperPercent)}`,
    count(pairs, "pair"),
    `limit ${budget.cpuPercent} %`,
    ...(forecastPairs === undefined ? [] : [`need about ${forecastPairs}`]),
  ];
  const perSpan =
    cpuMicrosPerSpan === undefined
      ? []
      : [`${Math.round(cpuMicrosPerSpan)} us of application CPU per span`];
  const shared = plan?.itemsPerExport ? [`exports shared by ${plan.itemsPerExport} items`] : [];
  return [parts.join(", "), ...perSpan, ...shared, ...whole(numbers, budget.guardPercent)].join(
    "; ",
  );
};

/** The label says what it is: not what was proven. */
const whole = (
  { guardPercent, guardLowerPercent, guardUpperPercent }: Numbers,
  guard: number,
): string[] =>
  guardPercent === undefined
    ? []
    : [
        `sanity pair of twins ${percentText(guardPercent)} ${bounds(guardLowerPercent, guardUpperPercent)}, guard ${guard} %`,
      ];

export const percentText = (percent: number): string => `${signed(percent)} %`;

const signed = (percent: number): string => `${percent < 0 ? "" : "+"}${percent.toFixed(2)}`;

export const bounds = (lower: number | undefined, upper: number | undefined): string =>
  lower === undefined || upper === undefined
    ? "[no interval yet]"
    : `[${signed(lower)}, ${signed(upper)}]`;

export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;
