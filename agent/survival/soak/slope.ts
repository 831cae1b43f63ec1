/** How something grows, by least squares, with an interval. Pure. */

export interface Point {
  x: number;
  y: number;
}

/** Change of y from the first x to the last: estimate and 95 % interval. */
export interface Growth {
  estimate: number;
  lower: number;
  upper: number;
}

/** Of Student's distribution for a dozen points or more, rounded up. */
const QUANTILE = 2.2;

const mean = (values: number[]): number =>
  values.reduce((total, value) => total + value, 0) / values.length;

export function growth(points: readonly Point[]): Growth {
  if (points.length < 3) throw new Error("a slope with an interval needs three points");
  const [mx, my] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
  const spread = points.reduce((total, { x }) => total + (x - mx) ** 2, 0);
  const slope = points.reduce((total, { x, y }) => total + (x - mx) * (y - my), 0) / spread;
  const rest = points.reduce((total, { x, y }) => total + (y - my - slope * (x - mx)) ** 2, 0);
  const error = Math.sqrt(rest / (points.length - 2) / spread);
  const span = (points.at(-1)?.x ?? 0) - (points[0]?.x ?? 0);
  const half = QUANTILE * error * span;
  return { estimate: slope * span, lower: slope * span - half, upper: slope * span + half };
}
