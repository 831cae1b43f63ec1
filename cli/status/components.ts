/** The components of a migration as lines of its tree. Pure. */
import { plain } from "@flashcard-otel/operator/migration/moves.ts";
import { componentIn } from "@flashcard-otel/operator/migration/named.ts";
import type { ComponentStatus, Stage } from "@flashcard-otel/operator/migration/schema.ts";
import type { Migration } from "@flashcard-otel/operator/migration/types.ts";
import { picture } from "../text/interval.ts";
import type { Colour, Paint } from "../text/paint.ts";
import { table } from "../text/table.ts";
import { secondsBetween, span } from "../text/time.ts";
import { COLOURS, numbersOf } from "../text/verdict.ts";

interface Moment {
  migration: Migration;
  now: Date;
}

export interface Look {
  paint: Paint;
  wide: boolean;
}

const MARKS: Record<Stage, [mark: string, colour: Colour]> = {
  Waiting: ["·", "dim"],
  Preflight: ["▶", "cyan"],
  Trial: ["▶", "cyan"],
  RollingOut: ["▶", "cyan"],
  Soaking: ["▶", "cyan"],
  Instrumented: ["✔", "green"],
  TakingBack: ["◀", "yellow"],
  TakenBack: ["✘", "red"],
  Held: ["✘", "red"],
  Skipped: ["–", "yellow"],
};

/** Those that the resource names, and those that it does not any more and that are not plain yet. */
const everyone = ({ spec, status }: Migration): ComponentStatus[] => {
  const named = spec.components.map(({ name }) => componentIn(status, name) ?? plain(name));
  const others = status.components.filter(({ name }) => named.every((one) => one.name !== name));
  return [...named, ...others];
};

/** A line for each, and more where a verdict closes in or somebody has to read why. */
export const components = ({ migration, now }: Moment, look: Look): string[] => {
  const known = everyone(migration);
  const rows = table(known.map((status) => row(status, now, look.paint)));
  return known.flatMap((status, index) => [
    `    ${rows[index] ?? ""}`,
    ...closing(status, migration, look.paint),
    ...(look.wide || needsWords(status) ? [`      ${status.reason}: ${status.message}`] : []),
  ]);
};

const row = (status: ComponentStatus, now: Date, paint: Paint): string[] => {
  const [mark, colour] = MARKS[status.stage];
  const since = secondsBetween(status.since, now);
  const moving = !["Waiting", "Instrumented"].includes(status.stage) && since !== undefined;
  const { verdict } = status;
  return [
    `${paint(colour, mark)} ${status.name}`,
    `${status.stage}${moving ? ` ${span(since)}` : ""}`,
    status.profile ?? "",
    verdict
      ? `${paint(COLOURS[verdict.verdict], verdict.verdict)} ${numbersOf(verdict)}`.trim()
      : "",
    status.legacy === "off" ? "legacy off" : "",
  ];
};

const needsWords = ({ stage }: ComponentStatus): boolean =>
  !["Waiting", "Instrumented"].includes(stage);

const WIDTH = 48;

/** The verdict as it closes in on one side of the budget. */
const closing = (status: ComponentStatus, { spec }: Migration, paint: Paint): string[] => {
  const { estimatePercent, lowerPercent, upperPercent, pairs, forecastPairs } =
    status.verdict ?? {};
  if (status.stage !== "Trial" || estimatePercent === undefined) return [];
  if (lowerPercent === undefined || upperPercent === undefined) return [];
  const limit = spec.budget.cpuPercent;
  const line = picture(
    { estimate: estimatePercent, lower: lowerPercent, upper: upperPercent, limit },
    WIDTH,
  );
  const share = forecastPairs
    ? ` ${Math.min(99, Math.round((100 * (pairs ?? 0)) / forecastPairs))} %`
    : "";
  return [`      ${paint("cyan", line)} budget ┃ ${limit} %${share}`];
};
