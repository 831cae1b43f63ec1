/** The few functions that JavaScript has no library for. Doubles in, doubles out. */

// Bound once: looked up as globals they dominate a simulation.
const { LN2, PI, SQRT2, ceil, exp, floor, log, log1p, max, sqrt } = Math;

const LOG_HALF = -LN2;

/**
 * Complementary error function, relative error below 1e-10 for x >= -26.
 * Source: Kummer's series below 2.5, Laplace's continued fraction above (Abramowitz and Stegun 7.1.6 and 7.1.14).
 */
export const erfc = (x: number): number => {
  if (x < 0) return 2 - erfc(-x);
  return x < 2.5 ? 1 - erfSeries(x) : exp(-x * x) * scaledTail(x);
};

/** All terms are positive, so nothing cancels. */
const erfSeries = (x: number): number => {
  let term = x;
  let sum = x;
  for (let k = 1; term > sum * 1e-17; k += 1) {
    term *= (2 * x * x) / (2 * k + 1);
    sum += term;
  }
  return (2 / sqrt(PI)) * exp(-x * x) * sum;
};

/** exp(x²) erfc(x) for x >= 2.5, where it neither underflows nor converges slowly. */
const scaledTail = (x: number): number => {
  let fraction = x;
  for (let k = ceil(12 + 250 / (x * x)); k >= 1; k -= 1) fraction = x + k / 2 / fraction;
  return 1 / (sqrt(PI) * fraction);
};

/** ln of the standard normal distribution function; finite for every finite z. */
export const logPhi = (z: number): number => {
  const x = -z / SQRT2;
  if (z > 0) return log1p(-0.5 * erfc(-x));
  return x < 2.5 ? LOG_HALF + log(erfc(x)) : LOG_HALF - x * x + log(scaledTail(x));
};

/** ln of the mean of exp(value). */
export const logMeanExp = (values: readonly number[]): number => {
  const top = max(...values);
  return top + log(values.reduce((sum, value) => sum + exp(value - top), 0) / values.length);
};

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean without the lowest and the highest `share` of the values. NaN for no values. */
export const trimmedMean = (values: readonly number[], share: number): number => {
  const cut = floor(values.length * share);
  const sorted = values.toSorted((a, b) => a - b);
  return mean(sorted.slice(cut, sorted.length - cut));
};

/** Sample standard deviation; 0 for fewer than two values. */
export const deviation = (values: readonly number[]): number => {
  if (values.length < 2) return 0;
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return sqrt(squares / (values.length - 1));
};

/** Correlation of each value with the one before; 0 where it is not defined. */
export const lag1 = (values: readonly number[]): number => {
  const centre = mean(values);
  const apart = values.map((value) => value - centre);
  const total = apart.reduce((sum, value) => sum + value * value, 0);
  const next = apart.slice(1).reduce((sum, value, i) => sum + value * (apart[i] ?? 0), 0);
  return total > 0 ? next / total : 0;
};

/** Consecutive values in groups of `size`; what is left over at the end is dropped. */
export const batches = <T>(values: readonly T[], size: number): T[][] =>
  Array.from({ length: floor(values.length / size) }, (_, i) =>
    values.slice(i * size, (i + 1) * size),
  );

/** 0 for no values. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
};

/** The smallest value that at least `share` of the values do not exceed; NaN for no values. */
export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, ceil(share * values.length) - 1)] ?? NaN;
