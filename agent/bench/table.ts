/** What a run found, for people and for machines. */
import type { Idle, Judged } from "./result.ts";
import type { Profile } from "./options.ts";

export interface Result extends Judged {
  name: string;
  workload: string;
  profile: Profile;
  governor: boolean;
  /** Milliseconds until ready and resident megabytes then, with the agent less without. */
  startupMs: number | null;
  rssMB: number | null;
  /** Everything that was sent, numbers included. */
  bytesPerSpan: number | null;
}

/** `aa`: off against off of all variants together. */
export interface Found {
  aa: Idle;
  variants: Result[];
}

type Column = [title: string, cell: (result: Result) => string];

const columns: readonly Column[] = [
  ["workload", ({ name }) => name],
  ["profile", ({ profile, governor }) => (governor ? `${profile}, governor` : profile)],
  ["overhead %, 90 % interval", (result) => estimate(result)],
  ["verdict at 1 %", ({ verdict, reason }) => `${verdict} (${reason})`],
  ["pairs", ({ pairs }) => String(pairs)],
  ["app us/item", ({ appUsPerItem }) => number(appUsPerItem, 0)],
  [
    "agent us/item (export)",
    ({ usPerItem, exportUsPerItem }) => `${number(usPerItem, 1)} (${number(exportUsPerItem, 1)})`,
  ],
  ["spans/item", ({ spansPerItem }) => number(spansPerItem, 1)],
  ["off against off %", ({ aa }) => estimate(aa)],
  ["items on, arrived, off arrived", (result) => arrived(result)],
  ["start +ms", ({ startupMs }) => number(startupMs, 0)],
  ["RSS +MB", ({ rssMB }) => number(rssMB, 1)],
  ["bytes/span", ({ bytesPerSpan }) => number(bytesPerSpan, 0)],
];

const number = (value: number | null, digits: number): string =>
  value === null ? "-" : value.toFixed(digits);

const signed = (value: number | null): string =>
  value === null ? "-" : `${value < 0 ? "" : "+"}${value.toFixed(2)}`;

const estimate = ({
  estimatePercent,
  lowerPercent,
  upperPercent,
}: Pick<Idle, "estimatePercent" | "lowerPercent" | "upperPercent">): string =>
  `${signed(estimatePercent)} [${signed(lowerPercent)}, ${signed(upperPercent)}]`;

const arrived = ({ onItems, traces, offTraces }: Result): string =>
  `${onItems}, ${traces}, ${offTraces}`;

/** Columns as wide as their widest cell, and the sentence of whatever went wrong. */
export const tableOf = ({ aa, variants }: Found): string => {
  const rows = [
    columns.map(([title]) => title),
    ...variants.map((result) => columns.map(([, cell]) => cell(result))),
  ];
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const errors = variants.filter(({ verdict }) => verdict === "Error");
  return [
    ...lines,
    "",
    `off against off of all together: ${estimate(aa)} %, ${aa.blocks} observations`,
    ...errors.map(({ name, message }) => `${name}: ${message}`),
  ].join("\n");
};
