/** Single items and what they cost. */
import type { Trial } from "./apparatus.ts";
import type { Mark } from "./marks.ts";
import type { Side } from "./settings.ts";

/** One item. A failed one is counted and the experiment goes on: the verdict knows what to make of it. */
export const serve = async ({ doors, journal }: Trial, side: Side, mark: Mark): Promise<void> => {
  const n = journal.served[side];
  journal.count(side, mark);
  try {
    await doors.item(side, { headers: mark.headers, n });
  } catch (error) {
    journal.fail(error);
  }
};

/** CPU nanoseconds so far. */
export const reading = ({ doors }: Trial, side: Side): Promise<number> => doors.cpu(side);

/** CPU microseconds since the last reading: the item and whatever its process did after the one before. */
export const measure = async (
  trial: Trial,
  { side, mark, since }: { side: Side; mark: Mark; since: number },
): Promise<{ cost: number; now: number }> => {
  await serve(trial, side, mark);
  const now = await reading(trial, side);
  return { cost: micros(now - since), now };
};

export const micros = (nanoseconds: number): number => Math.round(nanoseconds / 1000);
