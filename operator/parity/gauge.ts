/** Raw samples -> the last value of a gauge in a window. Pure. */
import type { Series } from "../measurement/prometheus.ts";
import { type Grown, interval, type Window } from "./increase.ts";

/** A series that nobody has written for so long is over: OTLP, unlike a scrape, does not say so. */
const STALE_SECONDS = 45;

export const lastValue = (
  points: Series["points"],
  { start, end }: Window,
): Pick<Grown, "value" | "slack"> | undefined => {
  const inside = points.filter(({ at }) => at > start && at <= end);
  const last = inside.at(-1);
  if (!last || last.at < end - Math.max(STALE_SECONDS, 1.5 * interval(inside))) return undefined;
  const after = points.find(({ at }) => at > end) ?? last;
  const before = inside.at(-2) ?? last;
  // The two sides do not look at the same moment: what the gauge did between two looks may be seen by one of them only.
  const slack = Math.max(Math.abs(last.value - before.value), Math.abs(after.value - last.value));
  return { value: last.value, slack };
};
