/** `parity`: whether old and new numbers say the same, as the operator saw it last, or now. */
import { legacyUrl, metricsUrl, tracesUrl } from "@flashcard-otel/operator/backends/endpoints.ts";
import { jaeger } from "@flashcard-otel/operator/measurement/jaeger.ts";
import { prometheus } from "@flashcard-otel/operator/measurement/prometheus.ts";
import type { Migration } from "@flashcard-otel/operator/migration/types.ts";
import { compareRows } from "@flashcard-otel/operator/parity/compare.ts";
import { readMap } from "@flashcard-otel/operator/parity/map.ts";
import { chooseWindow } from "@flashcard-otel/operator/parity/window.ts";
import { explainRows, partialIn } from "@flashcard-otel/operator/quality/explain.ts";
import { contractOf, examineServices, traced } from "@flashcard-otel/operator/quality/traces.ts";
import type { Handler } from "../command.ts";
import type { Connection } from "../reach/connection.ts";
import { findMigration } from "../reach/migration.ts";
import { emit } from "../text/emit.ts";
import { type Colour, painter } from "../text/paint.ts";
import { table } from "../text/table.ts";
import { EXIT, Trouble } from "../trouble.ts";

type Compared = NonNullable<Migration["status"]["parity"]>;

export const parity: Handler = async (request, io) => {
  const connection = await io.connect(request.where);
  const { migration } = await findMigration(connection, request.positionals[0]);
  const compared = request.flag("now")
    ? await compareNow(migration, connection, io.now())
    : lastOf(migration);
  const open = compared.rows.filter(isOpen);
  if (!(await emit(compared, request.format, io))) {
    const paint = painter(io);
    const rows = compared.rows.map((one) => [
      one.row,
      paint(isOpen(one) ? "red" : (COLOURS[one.verdict] ?? "yellow"), one.verdict),
      ...(request.format === "wide" || isOpen(one) ? [one.message] : []),
    ]);
    io.print(`${table([["ROW", "VERDICT", "WHY"], ...rows]).join("\n")}\n`);
    io.remark(
      `${compared.rows.length - open.length} of ${compared.rows.length} rows agree, from ${compared.windowStart} to ${compared.windowEnd}\n`,
    );
  }
  return open.length > 0 ? EXIT.no : EXIT.done;
};

/** What was not seen of traces may not be there to be seen: a component without messages, for instance. */
const isOpen = ({ row, verdict }: Compared["rows"][number]): boolean =>
  verdict === "Differs" || (verdict === "NoEvidence" && !row.startsWith("traces of "));

const COLOURS: Record<string, Colour> = {
  Match: "green",
  Exceeds: "green",
  Dropped: "dim",
  NotApplicable: "dim",
  NoEvidence: "dim",
};

const nothing = (why: string, todo: string): Trouble =>
  new Trouble({ what: "old and new numbers have not been compared", why, todo }, EXIT.no);

const lastOf = ({ status }: Migration): Compared => {
  if (status.parity) return status.parity;
  throw nothing(
    `the operator compares them on the way to Validated; the migration is at ${status.phase}`,
    "flashcard-otel parity --now compares them at once",
  );
};

/** As the operator does, over the last whole window; asks both Prometheuses and Jaeger through the API server. */
const compareNow = async (
  migration: Migration,
  { cluster, fetch }: Connection,
  now: Date,
): Promise<Compared> => {
  const map = await readMap(migration, cluster);
  if ("reason" in map) throw nothing(map.message, `flashcard-otel explain reason ${map.reason}`);
  const old = legacyUrl(migration);
  if (!old)
    throw nothing("nobody knows where the old numbers live", "set spec.legacy.prometheus.url");
  const choice = chooseWindow({
    now: now.getTime() / 1000,
    since: 0,
    windowSeconds: migration.spec.parity?.windowSeconds ?? 0,
    previousEnd: undefined,
  });
  if ("waitSeconds" in choice) throw new Error("choosing a window of the past: there is none");
  const sides = { legacy: prometheus(old, fetch), otel: prometheus(metricsUrl(migration), fetch) };
  const compared = await compareRows(map.rows, sides, choice.window);
  const services = traced({ migration });
  const traces = jaeger(tracesUrl(migration), fetch);
  const asked = { rows: map.rows, services, partial: partialIn(migration) };
  const explained = await explainRows(asked, { ...sides, traces }, choice.window);
  const contract = contractOf(migration, map);
  const examined = await examineServices(services, traces, { now: now.getTime() / 1000, contract });
  const rows = [...compared.rows, ...explained, ...examined.flatMap((one) => one.rows)];
  return { ...compared, rows };
};
