/** What the demo saw, as lines for a terminal and as a document for machines. Pure. */
import { downtimeSentence } from "../operator/migration/downtime.ts";
import type { Status, TrialVerdict } from "../operator/migration/schema.ts";
import { type JaegerTrace, services, tree } from "./trace.ts";

export interface Seen {
  status: Status | undefined;
  trace: JaegerTrace | undefined;
  /** A log line of that trace, as a container wrote it. */
  logLine: string | undefined;
  cluster: { provider: string; readySeconds: number };
}

const percent = (value: number | undefined): string =>
  value === undefined ? "?" : `${value >= 0 ? "+" : ""}${value.toFixed(2)} %`;

const verdictLine = (name: string, verdict: TrialVerdict): string => {
  const measured =
    verdict.pairs > 0
      ? ` ${percent(verdict.estimatePercent)} [${percent(verdict.lowerPercent)}, ${percent(verdict.upperPercent)}], ${verdict.pairs} pairs`
      : "";
  const cost =
    verdict.cpuMicrosPerItem === undefined
      ? ""
      : `; ${(verdict.cpuMicrosPerItem / 1000).toFixed(2)} ms CPU and ${verdict.spansPerItem?.toFixed(1) ?? "?"} spans per item`;
  return `  ${name.padEnd(14)} ${verdict.profile.padEnd(8)} ${verdict.verdict} (${verdict.reason})${measured}${cost}`;
};

const section = (title: string, lines: string[]): string[] => [
  "",
  title,
  ...(lines.length > 0 ? lines : ["  nothing recorded"]),
];

const pulseLine = ({ downtime }: Status): string =>
  downtime ? `pulse: ${downtimeSentence(downtime)}` : "pulse: no report";

/** The report for people. */
export const report = ({ status, trace, logLine, cluster }: Seen): string[] => {
  if (!status) return ["the migration never started"];
  return [
    `cluster: ${cluster.provider}, ready after ${cluster.readySeconds} s; phase reached: ${status.phase}`,
    ...section(
      "phases",
      status.history.map(
        ({ name, seconds, evidence }) =>
          `  ${name.padEnd(14)} ${String(seconds).padStart(5)} s  ${evidence}`,
      ),
    ),
    ...section(
      "components",
      status.components.flatMap(({ name, verdicts, stage }) => [
        ...verdicts.map((verdict) => verdictLine(name, verdict)),
        `  ${name.padEnd(14)} ${stage}`,
      ]),
    ),
    ...section(
      "parity",
      (status.parity?.rows ?? []).map(
        ({ row, verdict, message }) => `  ${row.padEnd(32)} ${verdict.padEnd(10)} ${message}`,
      ),
    ),
    ...section(
      "trace",
      trace ? [`  ${trace.traceID}`, ...tree(trace).map((line) => `  ${line}`)] : [],
    ),
    ...section("a log line of that trace", logLine ? [`  ${logLine}`] : []),
    "",
    pulseLine(status),
  ];
};

const row = (name: string, verdict: TrialVerdict) => ({
  name,
  profile: verdict.profile,
  estimatePercent: verdict.estimatePercent ?? null,
  lowerPercent: verdict.lowerPercent ?? null,
  upperPercent: verdict.upperPercent ?? null,
  pairs: verdict.pairs,
  verdict: verdict.verdict,
  reason: verdict.reason,
});

const untouched = {
  phase: "Legacy",
  history: [],
  components: [],
  parity: undefined,
  downtime: undefined,
};

/** The report for machines; every field is there, also when the demo failed early. */
export const document = ({ status, trace, cluster }: Seen) => {
  const { history, components, parity, downtime } = status ?? untouched;
  const { sent = 0, items = 0, failed = 0, longestGapMs = 0 } = downtime ?? {};
  return {
    phases: history.map(({ name, seconds, evidence }) => ({ name, seconds, evidence })),
    components: components.flatMap(({ name, verdicts }) =>
      verdicts.map((verdict) => row(name, verdict)),
    ),
    parity: (parity?.rows ?? []).map(({ row: name, verdict }) => ({ row: name, verdict })),
    pulse: { sent, items, failed, longestGapMs },
    trace: { id: trace?.traceID ?? null, services: trace ? services(trace) : [] },
    cluster,
  };
};
