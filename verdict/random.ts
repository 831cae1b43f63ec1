// Bound once: looked up as globals they dominate a simulation.
const { PI, cos, imul, log, sqrt } = Math;

/** Seeded numbers in [0, 1): mulberry32. The same seed gives the same experiment anywhere. */
export const mulberry32 = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Standard normal numbers from uniform ones (Box and Muller). */
export const gaussian =
  (uniform: () => number): (() => number) =>
  () =>
    sqrt(-2 * log(1 - uniform())) * cos(2 * PI * uniform());
