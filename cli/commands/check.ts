/** `check`: whether the cluster is fit for migrations in a namespace, as far as the user may see. */
import type { Finding, Subject } from "../check/finding.ts";
import { questions } from "../check/questions.ts";
import type { Handler } from "../command.ts";
import { installationIn } from "../reach/installation.ts";
import { reading } from "../reach/reading.ts";
import { emit } from "../text/emit.ts";
import { type Paint, painter } from "../text/paint.ts";
import { table } from "../text/table.ts";
import { EXIT } from "../trouble.ts";

export const check: Handler = async (request, io) => {
  const connection = await io.connect(request.where);
  const { cluster, notes } = reading(connection.cluster, { operator: "" });
  const installation = await installationIn(cluster);
  const subject: Subject = { connection, cluster, notes, installation };
  const findings: Finding[] = [];
  for (const ask of questions) findings.push(await ask(subject));
  const unfit = findings.filter(({ is }) => is === "unfit");
  if (!(await emit(findings, request.format, io))) {
    io.print(`${lines(findings, painter(io)).join("\n")}\n`);
    const { context, namespace } = connection;
    const answer = unfit.length === 0 ? "is fit" : `is not fit: ${unfit.length} to repair`;
    io.print(`\n${context}, namespace ${namespace}: ${answer}\n`);
  }
  return unfit.length === 0 ? EXIT.done : EXIT.no;
};

const lines = (findings: Finding[], paint: Paint): string[] => {
  const marks = {
    fit: paint("green", "✔"),
    unfit: paint("red", "✘"),
    unknown: paint("yellow", "?"),
  };
  const rows = table(findings.map(({ what, is, says }) => [`${marks[is]} ${what}`, says]));
  return findings.flatMap(({ is, todo }, index) => [
    rows[index] ?? "",
    ...(is !== "fit" && todo ? [`    to do: ${todo}`] : []),
  ]);
};
