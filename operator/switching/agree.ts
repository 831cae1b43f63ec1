/**
 * Does a new panel draw the same line as the old one? Both are drawn over the same window and compared by their height:
 * labels may have other names in the new edition, so it is the sum over what a panel shows that must agree.
 */
import type { Manifest } from "../cluster/cluster.ts";
import type { Prometheus, Series } from "../measurement/prometheus.ts";
import { panelQueries, type Query } from "./boards.ts";
import type { Seen } from "./look.ts";
import type { Missing, Sides } from "./proof.ts";
import { filledIn } from "./promql.ts";

/** Of the larger value: two samplings of one thing differ, units and double counting differ more. */
const TOLERANCE = 0.1;
const STEPS = 12;
const SHORTEST_SECONDS = 60;
const LONGEST_SECONDS = 300;
/** Until the last exports and scrapes have arrived. */
const LATENESS_SECONDS = 20;
/** At once, so that a dashboard of a hundred panels is no load test. */
const TOGETHER = 4;

export interface Line {
  mean: number;
  /** Standard deviation over the window. */
  spread: number;
}

/** Undefined when nothing is drawn. Pure. */
export const lineOf = (series: Series[]): Line | undefined => {
  const heights = new Map<number, number>();
  for (const { at, value } of series.flatMap(({ points }) => points))
    if (Number.isFinite(value)) heights.set(at, (heights.get(at) ?? 0) + value);
  const values = [...heights.values()];
  if (values.length === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, spread: Math.sqrt(squares / values.length) };
};

/** A line that jumps may be met at another moment by the other side. Pure. */
export const agree = (old: Line, fresh: Line): boolean => {
  const allowed = TOLERANCE * Math.max(Math.abs(old.mean), Math.abs(fresh.mean));
  return Math.abs(old.mean - fresh.mean) <= allowed + Math.max(old.spread, fresh.spread) + 1e-9;
};

export interface Grid {
  from: number;
  to: number;
  step: number;
}

/** The last minutes whose samples have arrived. */
export const gridBefore = (now: Date, asked: number = LONGEST_SECONDS): Grid => {
  const seconds = Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, asked));
  const to = Math.floor(now.getTime() / 1000) - LATENESS_SECONDS;
  return { from: to - seconds, to, step: seconds / STEPS };
};

/** Undefined when nothing is drawn. */
export const draw = async (
  { expression }: Query,
  source: Prometheus,
  grid: Grid,
): Promise<Line | undefined> => lineOf(await source.range(filledIn(expression), grid));

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Over a range longer than what is compared, the old series have seen what the new ones are too young for. */
const looksFarBack = ({ expression }: Query): boolean =>
  [...filledIn(expression).matchAll(/\[(\d+)([smhdw])/g)].some(
    ([, count, unit = ""]) => Number(count) * (UNITS[unit] ?? 0) > LONGEST_SECONDS,
  );

/** A panel of both editions; a line that is not there shows nothing. */
export interface Drawn {
  where: string;
  /** Both can have seen the same. */
  isComparable: boolean;
  before: Line | undefined;
  after: Line | undefined;
}

interface Boards {
  legacy: Manifest;
  otel: Manifest;
}

export interface Sources {
  legacy: Prometheus;
  otel: Prometheus;
}

/** Panels belong together by title and query. */
const pairsOf = ({ legacy, otel }: Boards): [Query, Query][] => {
  const old = new Map(panelQueries(legacy).map((query) => [query.key, query]));
  return panelQueries(otel).flatMap((fresh): [Query, Query][] => {
    const before = old.get(fresh.key);
    return before ? [[before, fresh]] : [];
  });
};

export const drawPanels = async (
  boards: Boards,
  { legacy, otel }: Sources,
  grid: Grid,
): Promise<Drawn[]> => {
  const pairs = pairsOf(boards);
  const drawn: Drawn[] = [];
  for (let from = 0; from < pairs.length; from += TOGETHER) {
    const some = pairs.slice(from, from + TOGETHER).map(async ([old, fresh]) => {
      const [before, after] = await Promise.all([draw(old, legacy, grid), draw(fresh, otel, grid)]);
      const isComparable = !looksFarBack(old) && !looksFarBack(fresh);
      return { where: fresh.where, isComparable, before, after };
    });
    drawn.push(...(await Promise.all(some)));
  }
  return drawn;
};

const shown = ({ mean }: Line): string => String(Number(mean.toPrecision(4)));

/** Undefined when the two agree, cannot be compared, or one of them shows nothing: that is another question. */
export const difference = ({ where, isComparable, before, after }: Drawn): string | undefined =>
  !isComparable || !before || !after || agree(before, after)
    ? undefined
    : `${where} shows ${shown(after)} where the old one shows ${shown(before)}`;

/** Undefined | PanelsDisagree. */
export const agreementOfPanels = async (seen: Seen, { otel, legacy }: Sides): Promise<Missing> => {
  const { otelBoard, legacyBoard, migration, now } = seen;
  if (!otelBoard || !legacyBoard || !legacy) return undefined;
  const grid = gridBefore(now, migration.spec.parity?.windowSeconds);
  const drawn = await drawPanels({ legacy: legacyBoard, otel: otelBoard }, { legacy, otel }, grid);
  const found = drawn.flatMap((panel) => difference(panel) ?? []);
  if (found.length === 0) return undefined;
  const message = `${found.length} of ${drawn.length} panels disagree: ${found.join("; ")}`;
  return { reason: "PanelsDisagree", message: message.slice(0, 800) };
};
