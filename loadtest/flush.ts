/** Export on demand, and what it costs. */
import type { Trial } from "./apparatus.ts";
import type { Word } from "./marks.ts";
import { micros, reading } from "./measure.ts";
import type { Side } from "./settings.ts";

/** The agent answers the request and exports after it: wait for what it sent, and for its handling of the answer. */
const FIRST_PATIENCE = 2000;
/** Once something did not arrive (a sampled profile, or no agent at all), it is not waited for again and again. */
const LATER_PATIENCE = 60;
const LOOK_EVERY_SECONDS = 0.01;
const SETTLE_SECONDS = 0.02;

/** CPU microseconds of one request that is no item. */
export const visitCost = async (
  trial: Trial,
  side: Side,
  word: Exclude<Word, "on">,
): Promise<number> => {
  const before = await reading(trial, side);
  await trial.doors.visit(side, trial.journal.mark(word).headers);
  await trial.doors.pause(SETTLE_SECONDS);
  return micros((await reading(trial, side)) - before);
};

/** CPU microseconds of a request with which the injected twin exports everything it has. */
export const settledFlush = async (trial: Trial): Promise<number> => {
  const before = await reading(trial, "injected");
  await trial.doors.visit("injected", trial.journal.mark("off;flush").headers);
  await arrival(trial);
  await trial.doors.pause(SETTLE_SECONDS);
  return micros((await reading(trial, "injected")) - before);
};

const impatient = new WeakSet<Trial>();

/** Waits until the spans of all items that were on have arrived, or for so many milliseconds. */
export const arrival = async (trial: Trial, patience = FIRST_PATIENCE): Promise<void> => {
  const { doors, journal } = trial;
  const until = doors.now() + (impatient.has(trial) ? LATER_PATIENCE : patience);
  while ((await doors.stats()).traces < journal.onItems()) {
    if (doors.now() >= until) {
      impatient.add(trial);
      return;
    }
    await doors.pause(LOOK_EVERY_SECONDS);
  }
};
