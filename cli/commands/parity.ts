/** `parity`: whether old and new numbers say the same, as the operator saw it last, or now. */
import { legacyUrl, metricsUrl } from "@flashcard-otel/operator/backends/endpoints.ts";
import { prometheus } from "@flashcard-otel/operator/measurement/prometheus.ts";
import type { Migration } from "@flashcard-otel/operator/migration/types.ts";
import { compareRows } from "@flashcard-otel/operator/parity/compare.ts";
import { readMap } from "@flashcard-otel/operator/parity/map.ts";
import { chooseWindow } from "@flashcard-otel/operator/parity/window.ts";
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
  const open = compared.rows.filter(({ verdict }) => OPEN.includes(verdict));
  if (!(await emit(compared, request.format, io))) {
    const paint = painter(io);
    const rows = compared.rows.map(({ row, verdict, message }) => [
      row,
      paint(COLOURS[verdict] ?? "yellow", verdict),
      ...(request.format === "wide" || OPEN.includes(verdict) ? [message] : []),
    ]);
    io.print(`${table([["ROW", "VERDICT", "WHY"], ...rows]).join("\n")}\n`);
    io.remark(
      `${compared.rows.length - open.length} of ${compared.rows.length} rows agree, from ${compared.windowStart} to ${compared.windowEnd}\n`,
    );
  }
  return open.length > 0 ? EXIT.no : EXIT.done;
};

const OPEN: readonly string[] = ["Differs", "NoEvidence"];

const COLOURS: Record<string, Colour> = {
  Match: "green",
  Exceeds: "green",
  Dropped: "dim",
  NotApplicable: "dim",
  Differs: "red",
  NoEvidence: "red",
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

/** As the operator does, over the last whole window; asks both Prometheuses through the API server. */
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
  return compareRows(map.rows, sides, choice.window);
};
