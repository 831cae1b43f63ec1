/** Constant arrival: items are due by the clock alone, whatever became of those before. */
export interface Rate {
  perSecond: number;
  /** Milliseconds at which the first item is due. */
  start: number;
}

/** How many are due in all at `now`. */
export const due = ({ perSecond, start }: Rate, now: number): number =>
  now < start ? 0 : 1 + Math.floor(((now - start) * perSecond) / 1000);
