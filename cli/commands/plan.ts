/** `plan`: what would happen and why, computed by the operator's own code without touching anything. */
import type { Handler } from "../command.ts";
import type { Io } from "../io.ts";
import { type ComponentPlan, isRefused, type Plan, planOf } from "../plan/plan.ts";
import type { Step } from "../plan/steps.ts";
import { findMigration } from "../reach/migration.ts";
import { difference } from "../text/difference.ts";
import { emit } from "../text/emit.ts";
import { type Paint, painter } from "../text/paint.ts";
import { table } from "../text/table.ts";
import { minutes, span } from "../text/time.ts";
import { EXIT } from "../trouble.ts";

export const plan: Handler = async (request, io) => {
  const connection = await io.connect(request.where);
  const found = await findMigration(connection, request.positionals[0]);
  const planned = await planOf(found, connection, io.now());
  const paint = painter(io);
  if (!(await emit(planned, request.format, io))) {
    const pods = request.flag("no-pods") ? [] : await podLines(planned, paint);
    print(
      [
        ...head(planned, paint),
        ...steps(planned),
        ...components(planned, paint),
        ...pods,
        ...foot(planned),
      ],
      io,
    );
  }
  return isRefused(planned) ? EXIT.no : EXIT.done;
};

const print = (lines: string[], io: Io): void => io.print(`${lines.join("\n")}\n`);

const head = (planned: Plan, paint: Paint): string[] => {
  const { migration, namespace, from, to, seconds, atMostSeconds, refused, stuck } = planned;
  const way = from === to ? `stays at ${to}` : `from ${from} to ${to}`;
  const time = seconds > 0 ? `, about ${minutes(seconds)}` : "";
  const most =
    atMostSeconds > seconds
      ? ` (at most ${minutes(atMostSeconds)} by the limits of its trials)`
      : "";
  return [
    `${paint("bold", migration)} in ${namespace}: ${way}${time}${most}`,
    ...(refused ? [paint("red", `nothing is done: ${refused.reason}: ${refused.message}`)] : []),
    ...(stuck ? [paint("red", `it ends at once, or on the way: ${stuck}`)] : []),
  ];
};

const time = ({ seconds, atMost, waitsForYou }: Step): string => {
  if (waitsForYou) return "you";
  if (seconds === 0) return "";
  return `about ${span(seconds)}${atMost ? `, at most ${span(atMost)}` : ""}`;
};

const steps = ({ steps: all, backends }: Plan): string[] => {
  const rows = all.map((step, index) => [
    String(index + 1).padStart(3),
    step.component ?? step.phase,
    step.what,
    time(step),
  ]);
  return [
    "",
    ...table(rows),
    ...(backends.length > 0
      ? ["", "put into the namespace first", ...backends.map((one) => `  ${one}`)]
      : []),
  ];
};

const components = ({ components: all }: Plan, paint: Paint): string[] =>
  all.flatMap((one) => [
    "",
    `${paint("bold", one.name)}: ${one.target}, ${one.pods} pods, ${one.stage}`,
    ...one.refusals.map(
      ({ reason, message }) => `  ${paint("red", `refused: ${reason}`)}: ${message}`,
    ),
    ...trialLines(one),
    ...one.remarks.map((remark) => `  ${remark}`),
  ]);

const trialLines = ({ trial, pod }: ComponentPlan): string[] => {
  if (!pod) return [];
  if (trial.skipped)
    return [`  no trial: the rollout begins with profile ${trial.first ?? "Lean"}, unproven`];
  const tried = trial.profiles.join(", then ") || "none";
  return [
    `  trial: profile ${tried}; at most ${trial.maxItems} items each, side effects: ${trial.sideEffects}`,
    ...trial.ruledOut.map((reason) => `    ${reason}`),
    ...(trial.creates.length > 0
      ? [`    for its length there are ${trial.creates.join(", ")} more`]
      : []),
    ...callLines(trial),
  ];
};

const callLines = ({ outgoing, maxItems }: ComponentPlan["trial"]): string[] =>
  outgoing.length === 0
    ? ["    each item may call: no host that its environment names"]
    : outgoing.map(
        ({ host, variable, outside }) =>
          `    each item may call ${host} (${variable})${outside ? `, outside the cluster: so ${maxItems} items and more calls` : ""}`,
      );

const podLines = async ({ components: all }: Plan, paint: Paint): Promise<string[]> => {
  const lines: string[] = [];
  for (const { name, pod, trial } of all)
    if (pod)
      lines.push(
        "",
        `pods of ${name} with profile ${trial.first ?? "Lean"}`,
        ...(await difference(pod, paint)),
      );
  return lines;
};

const foot = ({ notes }: Plan): string[] =>
  notes.length > 0 ? ["", ...notes.map((note) => `not seen: ${note}`)] : [];
