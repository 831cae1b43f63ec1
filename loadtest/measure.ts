/** Single items and what they cost. */
import type { Trial } from "./apparatus.ts";
import type { Mark } from "./marks.ts";
import type { Side } from "./settings.ts";

/** One item; false when it failed. That is counted and the experiment goes on: the verdict knows what to make of it. */
export const serve = async (
  { doors, journal }: Trial,
  side: Side,
  mark: Mark,
): Promise<boolean> => {
  const n = journal.served[side];
  journal.count(side, mark);
  try {
    await doors.item(side, { headers: mark.headers, n });
    return true;
  } catch (error) {
    journal.fail(error);
    return false;
  }
};

/** CPU nanoseconds so far. */
export const reading = ({ doors }: Trial, side: Side): Promise<number> => doors.cpu(side);

export interface Measured {
  /** CPU microseconds since the last reading: the item and whatever its process did after the one before. */
  cost: number;
  /** The reading after it. */
  now: number;
  wallMs: number;
  served: boolean;
}

export const measure = async (
  trial: Trial,
  { side, mark, since }: { side: Side; mark: Mark; since: number },
): Promise<Measured> => {
  const began = trial.doors.now();
  const served = await serve(trial, side, mark);
  const wallMs = Math.round(10 * (trial.doors.now() - began)) / 10;
  const now = await reading(trial, side);
  return { cost: micros(now - since), now, wallMs, served };
};

export const micros = (nanoseconds: number): number => Math.round(nanoseconds / 1000);
