/** Numbers to pixels. Pure. */

export type Range = [from: number, to: number];

export const linear =
  ([a, b]: Range, [p, q]: Range) =>
  (value: number): number =>
    b === a ? p : p + ((value - a) / (b - a)) * (q - p);

const NICE = [1, 2, 2.5, 5, 10];

/** About `count` round numbers within the range. */
export const ticks = ([from, to]: Range, count: number): number[] => {
  const span = to - from;
  if (!(span > 0)) return [from];
  const raw = span / count;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = (NICE.find((nice) => nice * size >= raw) ?? 10) * size;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
};

/** The same for bytes, which are counted in powers of 1024. */
export const binaryTicks = ([from, to]: Range, count: number): number[] => {
  const unit = 1024 ** Math.floor(Math.log2(Math.max(1, to)) / 10);
  return ticks([from / unit, to / unit], count).map((value) => value * unit);
};

/** Seconds between labels of a time axis. */
const TIMES = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 86_400];

/** Round moments (milliseconds). */
export const timeTicks = ([from, to]: Range, count: number): number[] => {
  const raw = (to - from) / 1000 / count;
  const step = (TIMES.find((seconds) => seconds >= raw) ?? 86_400) * 1000;
  const first = Math.ceil(from / step) * step;
  return Array.from(
    { length: Math.max(0, Math.floor((to - first) / step) + 1) },
    (_, index) => first + index * step,
  );
};

export const pathOf = (points: readonly (readonly [number, number])[]): string =>
  points
    .map(([x, y], index) => `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`)
    .join("");

/** Start and end of all, at least as wide as asked. */
export const extent = (values: readonly number[], [least, most]: Range): Range => [
  values.reduce((a, b) => Math.min(a, b), least),
  values.reduce((a, b) => Math.max(a, b), most),
];
