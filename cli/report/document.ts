/** The report as sections with tables, whatever it is printed as. Pure. */
import { downtimeSentence } from "@flashcard-otel/operator/migration/downtime.ts";
import { effectiveTarget } from "@flashcard-otel/operator/migration/goal.ts";
import type { Status, TrialVerdict } from "@flashcard-otel/operator/migration/schema.ts";
import type { Migration } from "@flashcard-otel/operator/migration/types.ts";
import { span } from "../text/time.ts";
import { signed } from "../text/verdict.ts";
import type { Cost, Costs } from "./costs.ts";

export interface Section {
  title: string;
  /** Sentences above the table. */
  lines: string[];
  head: string[];
  rows: string[][];
}

export interface Document {
  title: string;
  lines: string[];
  sections: Section[];
}

export interface Reported {
  migration: Migration;
  costs: Costs;
  now: Date;
}

export const documentOf = ({ migration, costs, now }: Reported): Document => {
  const { metadata, status } = migration;
  return {
    title: `Migration ${metadata.name} in ${metadata.namespace}`,
    lines: [
      `At ${status.phase}, target ${effectiveTarget(migration)}; ${now.toISOString()}.`,
      status.next ? `${status.next.what}: ${status.next.message} (${status.next.reason})` : "",
    ].filter((line) => line !== ""),
    sections: [
      phases(status),
      components(status),
      parity(status),
      traffic(migration),
      programs(costs.programs),
      dualRun(costs),
      conditions(status),
    ],
  };
};

const phases = ({ history }: Status): Section => ({
  title: "Phases",
  lines: history.length === 0 ? ["None has been reached yet."] : [],
  head: ["Phase", "Begun", "Took", "Evidence"],
  rows: history.map(({ name, startedAt, seconds, evidence }) => [
    name,
    startedAt,
    span(seconds),
    evidence,
  ]),
});

const range = ({ lowerPercent, upperPercent }: TrialVerdict): string =>
  lowerPercent === undefined ? "" : `[${signed(lowerPercent)}, ${signed(upperPercent)}]`;

const components = ({ components: all }: Status): Section => ({
  title: "Components",
  lines: [
    "CPU of an item with the agent against one without, in percent; 90 % interval, valid whenever one looks.",
  ],
  head: ["Component", "Stage", "Profile", "Verdict", "Estimate", "Interval", "Pairs", "Evidence"],
  rows: all.flatMap(({ name, stage, verdicts, verdict }) => {
    const told = verdicts.length > 0 ? verdicts : [verdict].filter((one) => one !== undefined);
    if (told.length === 0) return [[name, stage, "", "", "", "", "", ""]];
    return told.map((one) => [
      name,
      stage,
      one.profile,
      `${one.verdict} (${one.reason})`,
      one.estimatePercent === undefined ? "" : signed(one.estimatePercent),
      range(one),
      one.pairs === 0 ? "" : String(one.pairs),
      one.evidenceHash ?? "",
    ]);
  }),
});

const parity = ({ parity: measured }: Status): Section => ({
  title: "Parity of old and new numbers",
  lines: measured
    ? [`From ${measured.windowStart} to ${measured.windowEnd}.`]
    : ["Not compared yet."],
  head: ["Row", "Verdict", "Why"],
  rows: (measured?.rows ?? []).map(({ row, verdict, message }) => [row, verdict, message]),
});

const traffic = ({ spec, status: { downtime } }: Migration): Section => ({
  title: "Requests during the migration",
  lines: downtime
    ? [
        `${downtimeSentence(downtime)}.`,
        ...(downtime.lastFailure ? [`Last failure: ${downtime.lastFailure}`] : []),
      ]
    : [
        spec.pulse
          ? "The pulse has not reported yet."
          : "There is no pulse, so nothing is known about failed requests.",
      ],
  head: [],
  rows: [],
});

const programs = (costs: Cost[]): Section => ({
  title: "What flashcard-otel uses",
  lines: costs.length === 0 ? ["Not known; the next section says why."] : [],
  head: ["Program", "Pods", "CPU", "Memory"],
  rows: costs.map(({ program, pods, cpuMillis, memoryMiB }) => [
    program,
    String(pods),
    `${cpuMillis} m`,
    `${memoryMiB} MiB`,
  ]),
});

const dualRun = ({ dualRun: added, gaps }: Costs): Section => {
  const { series, spansPerSecond, bytesPerSecond } = added;
  return {
    title: "What running both adds",
    lines: [
      ...(series === undefined ? [] : [`${series} series in the new Prometheus.`]),
      ...(spansPerSecond === undefined || bytesPerSecond === undefined
        ? []
        : [
            `${spansPerSecond.toFixed(1)} spans per second, about ${(bytesPerSecond / 1024).toFixed(1)} KiB per second on the wire.`,
          ]),
      ...gaps.map((gap) => `Not known: ${gap}.`),
    ],
    head: [],
    rows: [],
  };
};

const conditions = ({ conditions: all }: Status): Section => ({
  title: "Conditions",
  lines: [],
  head: ["Type", "Status", "Reason", "Message"],
  rows: all.map(({ type, status, reason, message }) => [type, status, reason, message]),
});
