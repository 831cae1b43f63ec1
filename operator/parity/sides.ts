/** One row of the map, read from both Prometheuses over the same window. */
import type { Sample, Samples } from "@flashcard-otel/verdict/parity.ts";
import { type ParityRow, seriesOf } from "@flashcard-otel/verdict/paritymap.ts";
import type { Prometheus, Series } from "../measurement/prometheus.ts";
import { lastValue } from "./gauge.ts";
import { increase, type Window } from "./increase.ts";
import { LATENESS_SECONDS } from "./window.ts";

export interface Doors {
  legacy: Prometheus;
  otel: Prometheus;
}

/** Before the window, so that the value at its start lies between two samples. */
export const LEAD_SECONDS = 40;

/** So long ago the sample may lie that the value at the start is read from: Prometheus looks back five minutes too. */
const MEMORY_SECONDS = 300;

type Measure = (
  points: { at: number; value: number }[],
  window: Window,
) => Omit<Sample, "labels"> | undefined;

export const readSides = async (
  row: ParityRow,
  doors: Doors,
  window: Window,
): Promise<{ legacy: Samples; otel: Samples }> => {
  // It may have no successor, and nothing follows from its numbers.
  if (row.dropped !== undefined) return { legacy: {}, otel: {} };
  const [legacy, otel] = await Promise.all(
    (["legacy", "otel"] as const).map((side) => readSide(row, { door: doors[side], side }, window)),
  );
  return { legacy: legacy ?? {}, otel: otel ?? {} };
};

const readSide = async (
  row: ParityRow,
  { door, side }: { door: Prometheus; side: "legacy" | "otel" },
  window: Window,
): Promise<Samples> => {
  const selector = row[side];
  const read = (expression: string, measure: Measure): Promise<Sample[]> =>
    samples(door, expression, { measure, window });
  if (row.kind === "gauge") return { values: await read(selector, lastValue) };
  if (row.kind === "counter") return { values: await read(selector, increase) };
  const [count, sum, buckets] = await Promise.all(
    (["_count", "_sum", "_bucket"] as const).map((part) =>
      read(seriesOf(selector, part), increase),
    ),
  );
  return { count: count ?? [], sum: sum ?? [], buckets: buckets ?? [] };
};

const samples = async (
  door: Prometheus,
  expression: string,
  { measure, window }: { measure: Measure; window: Window },
): Promise<Sample[]> => {
  const range = { from: window.start - MEMORY_SECONDS, to: window.end + LATENESS_SECONDS };
  const series = await door.raw(expression, range);
  return series.flatMap(({ labels, points }) => {
    const grown = measure(lately(points, window), window);
    return grown ? [{ labels, ...grown }] : [];
  });
};

/** What came long before the window says nothing about it, except the last of it where nothing came later. */
const lately = (points: Series["points"], { start }: Window): Series["points"] => {
  const first = points.findLastIndex(({ at }) => at <= start - LEAD_SECONDS);
  return points.slice(Math.max(0, first));
};
