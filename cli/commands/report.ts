/** `report`: what was done, proven and paid, to hand to somebody who was not there. */
import type { Handler, Request } from "../command.ts";
import { findMigration } from "../reach/migration.ts";
import { reading } from "../reach/reading.ts";
import { costsOf } from "../report/costs.ts";
import { documentOf, type Reported } from "../report/document.ts";
import { html, markdown } from "../report/print.ts";
import { EXIT, misuse } from "../trouble.ts";

export const report: Handler = async (request, io) => {
  const print = printerFor(request);
  const connection = await io.connect(request.where);
  const { migration } = await findMigration(connection, request.positionals[0]);
  const { cluster, notes } = reading(connection.cluster, { operator: "" });
  const { fetch, kubelet } = connection;
  const costs = await costsOf(migration, { cluster, fetch, kubelet });
  costs.gaps.push(...notes);
  io.print(print({ migration, costs, now: io.now() }));
  return EXIT.done;
};

type Printer = (reported: Reported) => string;

/** Every field is there for machines, whether anything was measured or not. */
const json: Printer = ({ migration, costs, now }) => {
  const { metadata, spec, status } = migration;
  const { phase, history, components, parity = null, downtime = null, conditions } = status;
  const document = {
    migration: metadata.name,
    namespace: metadata.namespace,
    at: now.toISOString(),
    phase,
    target: spec.target,
    history,
    components,
    parity,
    downtime,
    conditions,
    costs,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
};

const printers: Record<string, Printer> = {
  md: (reported) => markdown(documentOf(reported)),
  html: (reported) => html(documentOf(reported)),
  json,
};

const printerFor = (request: Request): Printer => {
  const asked = Object.keys(printers).filter((name) => request.flag(name));
  if (asked.length > 1)
    throw misuse({
      what: `--${asked.join(" and --")} exclude each other`,
      why: "there is one report",
      todo: "run the command twice",
    });
  const printer = printers[asked[0] ?? "md"];
  if (!printer) throw new Error(`there is no printer for ${asked[0]}`);
  return printer;
};
