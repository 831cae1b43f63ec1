/** Evidence of fresh pairs in, numbers out. All statistics are `verdict/`'s. Pure. */
import type { Control } from "../../verdict/control.ts";
import type { EpochLine } from "../../verdict/evidence.ts";
import { judgeTrial } from "../../verdict/trial.ts";
import { BUDGET, evidenceOf, idleOf, type Judged, saidBy } from "./result.ts";

/** The one limit, for everything an agent costs. */
const WHOLE = { ...BUDGET, guardPercent: BUDGET.cpuPercent };

/** Throws when the evidence is damaged. */
export const judgePairs = (text: string, control: Control): Judged => {
  const evidence = evidenceOf(text);
  const epochs = evidence.lines.filter((line) => line.kind === "epoch");
  const total = (of: (epoch: EpochLine) => number): number =>
    epochs.reduce((sum, epoch) => sum + of(epoch), 0);
  return {
    ...saidBy(judgeTrial(evidence, WHOLE, { control })),
    // Export is in it, and cannot be told apart.
    exportUsPerItem: null,
    spansReceived: total(({ spans }) => spans),
    onItems: total(({ onItems }) => onItems),
    traces: total(({ traces }) => traces),
    offTraces: 0,
    aa: idleOf([]),
  };
};
