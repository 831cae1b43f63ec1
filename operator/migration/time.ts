/** Time as a value: the clock itself is read by the observer only. */

/** Seconds from an RFC 3339 time to `now`; 0 when it is not known. */
export const secondsSince = (now: Date, time: string | undefined): number =>
  time ? (now.getTime() - Date.parse(time)) / 1000 : 0;
