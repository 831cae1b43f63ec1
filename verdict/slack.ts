/** How far two sides may be apart only because they looked at other moments. Pure. */
import { mean } from "./numeric.ts";

export interface Loose {
  /** How far a value may be off because nobody looked exactly at the edges of the window. */
  slack: number;
  /** How far at most, whatever came between the looks around them. */
  most: number;
  /** What had come together at moments of the window that are the same on both sides. */
  curve: number[];
}

/** As many standard errors as may go by without meaning anything when dozens of rows are compared. */
export const ERRORS = 4;

/**
 * What events in bunches, or a look that took long, do at the edges they do in the middle too: a side alone may not see it, since its
 * looks may all be in step with the bunches, but the two together do. It is never more than what came around the edges.
 */
export const slackBetween = (one: Loose, other: Loose): number =>
  Math.max(
    Math.hypot(one.slack, other.slack),
    Math.min(one.most + other.most, ERRORS * Math.SQRT2 * unrest(one.curve, other.curve)),
  );

/** The standard deviation of the distance around a straight line: one that loses events all the time goes away on such a line. */
const unrest = (curve: number[], other: number[]): number => {
  if (curve.length !== other.length || curve.length < 3) return 0;
  const apart = curve.map((value, nth) => value - (other[nth] ?? 0));
  const middle = mean(apart);
  const along = apart.map((_value, nth) => nth - (apart.length - 1) / 2);
  const slope = sum(apart.map((value, nth) => (along[nth] ?? 0) * value)) / sum(along.map(square));
  const left = apart.map((value, nth) => value - middle - slope * (along[nth] ?? 0));
  return Math.sqrt(sum(left.map(square)) / (apart.length - 2));
};

const square = (value: number): number => value * value;

export const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
