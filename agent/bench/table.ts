/** What a run found, for people, for machines and for a page: three forms of the same figures. */
import { LADDER } from "../src/governor/ladder.ts";
import type { Latency, Percentiles } from "./latency.ts";
import type { Idle, Judged } from "./result.ts";
import type { Folded } from "./sink.ts";
import type { Variant } from "./variants.ts";

export interface Result extends Judged {
  name: string;
  workload: string;
  method: Variant["method"];
  /** A profile of ours, a peer, or none. */
  agent: string;
  governor: boolean;
  latencyMs: Latency;
  folded: Folded | null;
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

interface Column {
  title: string;
  cell: (result: Result) => string;
  /** Says something of that method alone. */
  only?: Variant["method"];
}

const columns: readonly Column[] = [
  {
    title: "workload",
    cell: ({ name, method, workload }) => (method === "pairs" ? workload : name),
  },
  { title: "agent", cell: (result) => agentOf(result) },
  { title: "overhead %, 90 % interval", cell: (result) => estimate(result) },
  { title: "verdict at 1 %", cell: ({ verdict, reason }) => `${verdict} (${reason})` },
  { title: "pairs", cell: ({ pairs }) => String(pairs) },
  { title: "app us/item", cell: ({ appUsPerItem }) => number(appUsPerItem, 0) },
  { title: "agent us/item", cell: ({ usPerItem }) => number(usPerItem, 1) },
  {
    title: "of it export",
    cell: ({ exportUsPerItem }) => number(exportUsPerItem, 1),
    only: "toggled",
  },
  { title: "spans/item", cell: ({ spansPerItem }) => number(spansPerItem, 1) },
  { title: "off against off %", cell: ({ aa }) => estimate(aa), only: "toggled" },
  { title: "items on, arrived, off arrived", cell: (result) => arrived(result), only: "toggled" },
  { title: "spans arrived", cell: ({ spansReceived }) => String(spansReceived), only: "pairs" },
  { title: "p50 ms without, with", cell: ({ latencyMs }) => latency(latencyMs, "p50") },
  { title: "p99 ms without, with", cell: ({ latencyMs }) => latency(latencyMs, "p99") },
  { title: "start +ms", cell: ({ startupMs }) => number(startupMs, 0) },
  { title: "RSS +MB", cell: ({ rssMB }) => number(rssMB, 1) },
  { title: "bytes/span", cell: ({ bytesPerSpan }) => number(bytesPerSpan, 0) },
];

const agentOf = ({ agent, governor, folded }: Result): string => {
  if (!governor) return agent;
  if (folded === null) return `${agent}, governor`;
  const { level, observed } = folded;
  const left = LADDER[level]?.sheds ?? "";
  return `${agent}, governor on rung ${level} (${left}), ${Math.round(100 * observed)} % observed`;
};

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

const latency = ({ plain, agent }: Latency, which: keyof Percentiles): string =>
  `${number(plain?.[which] ?? null, 2)}, ${number(agent?.[which] ?? null, 2)}`;

const arrived = ({ onItems, traces, offTraces }: Result): string =>
  `${onItems}, ${traces}, ${offTraces}`;

/** Titles and cells of the variants of one method; nothing where there are none. */
const rowsOf = ({ variants }: Found, method: Variant["method"]): string[][] => {
  const results = variants.filter((result) => result.method === method);
  const shown = columns.filter(({ only = method }) => only === method);
  return results.length === 0
    ? []
    : [
        shown.map(({ title }) => title),
        ...results.map((result) => shown.map(({ cell }) => cell(result))),
      ];
};

/** What each table shows, for whoever has only the page. */
const CAPTIONS: Record<Variant["method"], string> = {
  toggled: "Items on and off at random in one process, CPU read from outside, export included:",
  pairs:
    "Fresh pairs of processes, all CPU counted, export and garbage too; with `none` both are equal; others stop at their first verdict, and who has fewer spans per item sees less:",
};

const METHODS = ["toggled", "pairs"] as const;

const sections = (found: Found, table: (rows: string[][]) => string[]): string[] =>
  METHODS.flatMap((method) => {
    const rows = rowsOf(found, method);
    return rows.length === 0 ? [] : [CAPTIONS[method], "", ...table(rows), ""];
  });

/** Columns as wide as their widest cell. */
const aligned = (rows: string[][]): string[] => {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
};

const piped = ([titles = [], ...rows]: string[][]): string[] =>
  [titles, titles.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);

/** For a terminal, with the sentence of whatever went wrong. */
export const tableOf = (found: Found): string =>
  [
    ...sections(found, aligned),
    ...remarks(found),
    ...found.variants
      .filter(({ verdict }) => verdict === "Error")
      .map(({ name, message }) => `${name}: ${message}`),
  ].join("\n");

/** For a page, with the command that makes it. */
export const markdownOf = (found: Found): string =>
  [COMMAND, "", ...sections(found, piped), `${remarks(found).join("; ")}.`].join("\n");

const COMMAND =
  "`npm run bench -w agent -- --json docs/bench.json --markdown docs/performance.md`, nothing else running; 90 % intervals.";

const remarks = ({ aa, variants }: Found): string[] => [
  ...(aa.blocks > 0
    ? [`off against off of all together: ${estimate(aa)} %, ${aa.blocks} observations`]
    : []),
  ...besideOthers(variants),
];

/** What ours costs as a part of the cheapest of the others, measured as they were. */
const besideOthers = (variants: readonly Result[]): string[] => {
  const others = variants.filter(({ method, agent }) => method === "pairs" && !OWN.has(agent));
  const [cheapest] = others.toSorted((a, b) => costOf(a) - costOf(b));
  const [ours] = variants.filter(
    ({ method, workload, agent }) =>
      method === "pairs" && workload === cheapest?.workload && agent === "lean",
  );
  if (!cheapest || !ours || !(costOf(ours) > 0)) return [];
  const part = (costOf(cheapest) / costOf(ours)).toFixed(0);
  return [
    `ours costs 1/${part} of ${cheapest.agent}, the cheapest of the others (fresh pairs, ${ours.workload})`,
  ];
};

const OWN = new Set(["lean", "sampled", "metrics", "none"]);

const costOf = ({ usPerItem }: Result): number => usPerItem ?? Infinity;
