/** A collection of garbage falls on whoever is running: it is cut off by the same rule on both sides, like the tails of a trimmed mean. */
import { median } from "./numeric.ts";

/** Standard deviation of a normal distribution with that median distance from its middle. */
const MAD_TO_SIGMA = 1.4826;
/** In such standard deviations; 99.7 % of a normal distribution lie within. */
const FARTHEST = 3;

/** Returns a function that brings values into the range that `sample` makes plausible, `least` on both sides of its median or more. */
export const clipper = (sample: readonly number[], least = 0): ((value: number) => number) => {
  const centre = median(sample);
  const deviation = MAD_TO_SIGMA * median(sample.map((value) => Math.abs(value - centre)));
  const spread = Math.max(FARTHEST * deviation, least);
  return (value) => Math.min(centre + spread, Math.max(centre - spread, value));
};

/** Before it there is no telling what is plausible. */
const FIRST = 5;

/**
 * Each value in the range of those before it, so that no value has a say in its own range; the first five share theirs. Up to
 * twice the median is always plausible: some flushes carry numbers besides spans. Empty for fewer than five.
 */
export const clipRunning = (values: readonly number[]): number[] =>
  values.length < FIRST
    ? []
    : values.map((value, i) => {
        const before = values.slice(0, Math.max(FIRST, i));
        return clipper(before, median(before))(value);
      });
