/** `explain verdict`: every number of a component's last verdict, and what it says. */
import { componentIn } from "@flashcard-otel/operator/migration/named.ts";
import type { TrialVerdict } from "@flashcard-otel/operator/migration/schema.ts";
import type { Migration } from "@flashcard-otel/operator/migration/types.ts";
import type { Handler } from "../command.ts";
import { componentOf, findMigration } from "../reach/migration.ts";
import { emit } from "../text/emit.ts";
import { picture } from "../text/interval.ts";
import { painter } from "../text/paint.ts";
import { table } from "../text/table.ts";
import { COLOURS, signed } from "../text/verdict.ts";
import { EXIT, missing } from "../trouble.ts";
import { reasonLines } from "./reason.ts";

export const explainVerdict: Handler = async (request, io) => {
  const connection = await io.connect(request.where);
  const [name = "", migrationName] = request.positionals;
  const { migration } = await findMigration(connection, migrationName);
  componentOf(migration, name);
  const status = componentIn(migration.status, name);
  const verdict = status?.verdict ?? status?.verdicts.at(-1);
  if (!verdict)
    throw missing({
      what: `there is no verdict on ${name} yet`,
      why: status ? `it is ${status.stage}: ${status.message}` : "the operator has not come to it",
      todo: "flashcard-otel status -w",
    });
  if (await emit(verdict, request.format, io)) return EXIT.done;
  const paint = painter(io);
  io.print(
    [
      `${paint("bold", name)}, profile ${verdict.profile}: ${paint(COLOURS[verdict.verdict], verdict.verdict)} (${verdict.reason})`,
      ...reasonLines(verdict.reason).map((line) => `  ${line}`),
      "",
      ...drawn(verdict, migration),
      ...table(numbers(verdict, migration)).map((line) => `  ${line}`),
      ...recompute(verdict, name),
      "",
    ].join("\n"),
  );
  return EXIT.done;
};

const WIDTH = 60;

const drawn = (verdict: TrialVerdict, { spec }: Migration): string[] => {
  const { estimatePercent: estimate, lowerPercent: lower, upperPercent: upper } = verdict;
  if (estimate === undefined || lower === undefined || upper === undefined) return [];
  const limit = spec.budget.cpuPercent;
  return [`  ${picture({ estimate, lower, upper, limit }, WIDTH)}`, ""];
};

/** Rows of what, number, what it says; numbers that are not there are left out. */
const numbers = (verdict: TrialVerdict, { spec: { budget } }: Migration): string[][] => {
  const { estimatePercent, lowerPercent, upperPercent, pairs, forecastPairs } = verdict;
  const { guardPercent, cpuMicrosPerItem, spansPerItem } = verdict;
  const rows: (string[] | undefined)[] = [
    row("estimate", estimatePercent, (value) => [
      `${signed(value)} %`,
      "CPU of an item with the agent against one without, export included",
    ]),
    row("interval", lowerPercent, (value) => [
      `[${signed(value)}, ${signed(upperPercent)}] %`,
      "the truth is in it with 90 %, whenever one looks",
    ]),
    [
      "budget",
      `${budget.cpuPercent} %`,
      `wrong verdicts are accepted in ${budget.alpha * 100} of 100 trials`,
    ],
    row("pairs", pairs || undefined, (value) => [
      `${value}${forecastPairs ? ` of about ${forecastPairs}` : ""}`,
      "blocks of items on and off that were compared",
    ]),
    row("whole cost", guardPercent, (value) => [
      `${signed(value)} %`,
      `injected twin against plain twin, memory and garbage included; the guard is ${budget.guardPercent} %`,
    ]),
    row("application", cpuMicrosPerItem, (value) => [
      `${Math.round(value)} us`,
      "CPU of an item without the agent: the verdict holds for services like this",
    ]),
    row("spans", spansPerItem, (value) => [String(value), "spans of an item that was on"]),
  ];
  return rows.filter((one) => one !== undefined);
};

const row = (
  name: string,
  value: number | undefined,
  words: (value: number) => string[],
): string[] | undefined => (value === undefined ? undefined : [name, ...words(value)]);

const recompute = ({ evidence, evidenceHash }: TrialVerdict, component: string): string[] =>
  evidence
    ? [
        "",
        `  evidence: ConfigMap ${evidence}, ${evidenceHash ?? "not sealed"}`,
        `  to see that it proves this: flashcard-otel verdict ${component}`,
      ]
    : ["", "  there is no sealed evidence: nothing was measured"];
