/** A verdict as a line: where the estimate is, how wide the interval still is, and where the limit stands. Pure. */

export interface Interval {
  estimate: number;
  lower: number;
  upper: number;
  limit: number;
}

/** `···(────●──┃──)···`: interval in brackets, the limit as a bar. What lies outside the picture stands at its edge. */
export const picture = ({ estimate, lower, upper, limit }: Interval, width: number): string => {
  // The limit stays where it is while the interval closes in on one side of it.
  const [from, to] = [-2 * limit, 4 * limit];
  const at = (value: number): number => {
    const share = (Math.min(to, Math.max(from, value)) - from) / (to - from);
    return Math.round(share * (width - 1));
  };
  const cells = Array.from({ length: width }, (_, index): string =>
    index >= at(lower) && index <= at(upper) ? "─" : "·",
  );
  cells[at(lower)] = "(";
  cells[at(upper)] = ")";
  cells[at(limit)] = "┃";
  cells[at(estimate)] = "●";
  return cells.join("");
};
