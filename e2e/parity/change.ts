/** Small changes of exported metrics, of which defects are made. Pure. */
import type { Metric, Point } from "./otlp.ts";

type Change = (metrics: Metric[]) => Metric[];

/** Changes one metric and leaves the others alone; undefined takes it away. */
export const only =
  (name: string, change: (metric: Metric) => Metric | undefined): Change =>
  (metrics) =>
    metrics.flatMap((metric) => (metric.name === name ? (change(metric) ?? []) : [metric]));

export const points =
  (change: (point: Point) => Point) =>
  (metric: Metric): Metric => ({ ...metric, points: metric.points.map(change) });

export const times = (factor: number) =>
  points((point) => ({ ...point, value: point.value * factor }));

/** Without a label; what it told apart is added up. */
export const without =
  (label: string) =>
  (metric: Metric): Metric => {
    const bare = metric.points.map(
      ({ attributes: { [label]: _gone, ...attributes }, ...point }) => ({
        ...point,
        attributes,
      }),
    );
    const groups = Map.groupBy(bare, ({ attributes }) => JSON.stringify(attributes));
    return { ...metric, points: [...groups.values()].flatMap(addedUp) };
  };

const addedUp = (group: Point[]): Point[] => {
  const [first] = group;
  const value = group.reduce((sum, point) => sum + point.value, 0);
  return first ? [{ ...first, value }] : [];
};

/** The same observations, `factor` times as large, in buckets with the given bounds. */
export const rebucketed = (factor: number, bounds: (point: Point) => number[]) =>
  points((point) => {
    const to = bounds(point);
    const buckets = Array.from({ length: to.length + 1 }, () => 0);
    for (const [index, count] of point.buckets.entries()) {
      const upper = (point.bounds[index] ?? Infinity) * factor;
      const found = to.findIndex((bound) => upper <= bound);
      const at = found < 0 ? to.length : found;
      buckets[at] = (buckets[at] ?? 0) + count;
    }
    return { ...point, bounds: to, buckets, sum: point.sum * factor };
  });

/** Every observation one bucket too high, in number and sum as before. */
export const shifted = points((point) => {
  const { buckets } = point;
  const last = buckets.length - 1;
  const up = buckets.map((_count, index) => buckets[index - 1] ?? 0);
  up[last] = (up[last] ?? 0) + (buckets[last] ?? 0);
  return { ...point, buckets: up };
});

const keyOf = (service: string, { name }: Metric, { attributes }: Point): string =>
  JSON.stringify([service, name, attributes]);

/** What happened since the last export, said to be what happened since the start. */
export const delta = (service: string): ((metric: Metric) => Metric) => {
  const before = new Map<string, number>();
  return (metric) =>
    points((point) => {
      const key = keyOf(service, metric, point);
      const value = point.value - (before.get(key) ?? 0);
      before.set(key, point.value);
      return { ...point, value };
    })(metric);
};

/** The first value for ever. */
export const frozen = (service: string): ((metric: Metric) => Metric) => {
  const first = new Map<string, number>();
  return (metric) =>
    points((point) => {
      const key = keyOf(service, metric, point);
      const value = first.get(key) ?? point.value;
      first.set(key, value);
      return { ...point, value };
    })(metric);
};
