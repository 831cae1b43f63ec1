/** The gate of the numbers: every row of the map says the same, or more, over one full window. */
import { compareRow } from "@flashcard-otel/verdict/parity.ts";
import type { ParityRow } from "@flashcard-otel/verdict/paritymap.ts";
import { legacyUrl, metricsUrl, tracesUrl } from "../backends/endpoints.ts";
import type { Cluster } from "../cluster/cluster.ts";
import type { Fetch } from "../measurement/ask.ts";
import { jaeger } from "../measurement/jaeger.ts";
import { prometheus } from "../measurement/prometheus.ts";
import type { Gate, ParityRow as RowStatus, World } from "../migration/types.ts";
import { explainRows, partialIn } from "../quality/explain.ts";
import { shedding } from "../quality/shedding.ts";
import { traced } from "../quality/traces.ts";
import type { Neighbours } from "../rollout/state.ts";
import type { Window } from "./increase.ts";
import { readMap } from "./map.ts";
import { type Doors as Sides, readSides } from "./sides.ts";
import { undisturbedSince } from "./undisturbed.ts";
import { chooseWindow } from "./window.ts";

export interface Doors {
  cluster: Cluster;
  fetch: Fetch;
  inventory: Neighbours;
}

type Parity = NonNullable<World["parity"]>;

export interface Comparison {
  gate: Gate;
  /** Present when a new window was compared. */
  parity?: Parity;
}

const waiting = (reason: string, message: string): Comparison => ({
  gate: { passed: false, reason, message },
});

/** MetricsAgree | MetricsDiffer | WaitingForWindow | NoLegacyPrometheus | NoParityMap | ParityMapMissing | ParityMapInvalid | CannotAsk */
export const compareWindow = async (world: World, doors: Doors): Promise<Comparison> => {
  try {
    return await compare(world, doors);
  } catch (error) {
    return waiting("CannotAsk", error instanceof Error ? error.message : String(error));
  }
};

const compare = async (world: World, doors: Doors): Promise<Comparison> => {
  const { migration } = world;
  const map = await readMap(migration, doors.cluster);
  if ("reason" in map) return waiting(map.reason, map.message);
  const old = legacyUrl(migration);
  if (!old) return waiting("NoLegacyPrometheus", "say in spec.legacy where the old numbers live");
  const since = undisturbedSince(world, doors.inventory);
  const choice = choose(world, since);
  if ("waitSeconds" in choice) return { gate: meanwhile(world, since, choice.waitSeconds) };
  const sides = {
    legacy: prometheus(old, doors.fetch),
    otel: prometheus(metricsUrl(migration), doors.fetch),
  };
  const services = migration.spec.components.map(({ name }) => name);
  const governor = await shedding(services, sides.otel, choice.window);
  const parity = await compareRows(map.rows, sides, choice.window);
  const partial = partialIn(migration) ?? governor;
  const asked = { rows: map.rows, services: traced(world), partial };
  const explained = await explainRows(
    asked,
    { ...sides, traces: jaeger(tracesUrl(migration), doors.fetch) },
    choice.window,
  );
  const rows = governor ? parity.rows.map((row) => blaming(governor, row)) : parity.rows;
  const all = { ...parity, rows: [...rows, ...explained].map(short) };
  return { gate: judge(all), parity: all };
};

/** An agent that leaves out all but metrics times no calls: numbers made of them stand still, and that is not the map's fault. */
const blaming = (governor: string, row: RowStatus): RowStatus =>
  isFine(row) ? row : { ...row, message: `${governor}: ${row.message}` };

const secondsOf = (text: string): number => Date.parse(text) / 1000;

/** What was compared before the present pods ran says nothing about them. */
const stillValid = ({ migration }: World, since: number): Parity | undefined => {
  const { parity } = migration.status;
  return parity && secondsOf(parity.windowStart) >= since ? parity : undefined;
};

const choose = (world: World, since: number) => {
  const known = stillValid(world, since);
  return chooseWindow({
    now: world.now.getTime() / 1000,
    since,
    windowSeconds: world.migration.spec.parity?.windowSeconds ?? 0,
    previousEnd: known && secondsOf(known.windowEnd),
  });
};

/** Until the next window the last one counts. */
const meanwhile = (world: World, since: number, waitSeconds: number): Gate => {
  const known = stillValid(world, since);
  if (!known) {
    const { windowSeconds = 0 } = world.migration.spec.parity ?? {};
    const message = `comparing a window of ${windowSeconds} s in ${waitSeconds} s`;
    return { passed: false, reason: "WaitingForWindow", message };
  }
  const gate = judge(known);
  return gate.passed ? gate : { ...gate, message: `${gate.message}; again in ${waitSeconds} s` };
};

const MESSAGE_CHARACTERS = 300;
const short = ({ row, verdict, message }: RowStatus): RowStatus => ({
  row,
  verdict,
  message: message.slice(0, MESSAGE_CHARACTERS),
});
const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** Also for whoever wants to compare without a cluster. */
export const compareRows = async (
  rows: ParityRow[],
  sides: Sides,
  window: Window,
): Promise<Parity> => {
  const found: RowStatus[] = [];
  for (const row of rows) {
    const { verdict, message } = compareRow(row, await readSides(row, sides, window));
    const label = row.name ? `${row.row} ${row.name}` : row.row;
    found.push({ row: label, verdict, message });
  }
  return { windowStart: iso(window.start), windowEnd: iso(window.end), rows: found };
};

const FINE: readonly string[] = ["Match", "Exceeds", "Dropped", "NotApplicable"];
const isFine = ({ verdict }: RowStatus): boolean => FINE.includes(verdict);

const judge = ({ rows, windowStart, windowEnd }: Parity): Gate => {
  const open = rows.filter((row) => !isFine(row));
  const seconds = secondsOf(windowEnd) - secondsOf(windowStart);
  if (open.length === 0) {
    const message = `${rows.length} rows agree over ${seconds} s up to ${windowEnd}`;
    return { passed: true, reason: "MetricsAgree", message };
  }
  const [first] = open;
  const others = open.slice(1).map(({ row, verdict }) => `${row} ${verdict}`);
  const message = [`${first?.row} ${first?.verdict}: ${first?.message}`, ...others].join("; ");
  return { passed: false, reason: "MetricsDiffer", message: message.slice(0, 1000) };
};
