/**
 * One fresh pair of twins: warm-up, then single items alternating between them, all CPU counted until the last span has left. The
 * agent runs as it does in production: it has no trial token, obeys no mark, and exports when it wants to.
 *
 *   plain      warm-up   | item item ...        |
 *   injected   warm-up   | item item ... spans  |
 *              and spans ^ all CPU between here ^ and here
 */
import type { Trial } from "./apparatus.ts";
import { arrival } from "./flush.ts";
import { isSampled } from "./marks.ts";
import { micros, reading, serve } from "./measure.ts";
import type { Side } from "./settings.ts";

/** Agents export every five seconds or sooner. */
const PATIENCE = 8000;

export interface Epoch {
  pair: number;
  /** The twin that was started first. */
  first: Side;
  items: number;
}

export const runEpoch = async (trial: Trial, { pair, first, items }: Epoch): Promise<void> => {
  const { journal: book, doors, settings } = trial;
  const young = await serveBoth(trial, settings.warmupItems);
  await arrival(trial, PATIENCE);
  const before = [book.served.plain, book.served.injected];
  const [start, began] = [await readBoth(trial), doors.now()];
  const measured = await serveBoth(trial, items);
  await arrival(trial, PATIENCE);
  const end = await readBoth(trial);
  const { spans, traces, metricPoints } = await doors.stats();
  book.write("epoch", {
    pair,
    first,
    before,
    items,
    cpuUs: [micros(end.plain - start.plain), micros(end.injected - start.injected)],
    bad: [young.plain + measured.plain, young.injected + measured.injected],
    onItems: book.onItems(),
    spans,
    traces,
    metricPoints,
    ms: Math.round(doors.now() - began),
  });
};

const readBoth = async (trial: Trial): Promise<Record<Side, number>> => ({
  plain: await reading(trial, "plain"),
  injected: await reading(trial, "injected"),
});

/** The same items to both, the order within each pair drawn; how many failed. */
const serveBoth = async (trial: Trial, items: number): Promise<Record<Side, number>> => {
  const { journal: book, random, settings } = trial;
  const failed = { plain: 0, injected: 0 };
  for (let i = 0; i < items; i += 1) {
    const mark = book.mark("on", isSampled(i, settings.sampleRatio));
    const order: Side[] = random() < 0.5 ? ["plain", "injected"] : ["injected", "plain"];
    for (const side of order) if (!(await serve(trial, side, mark))) failed[side] += 1;
  }
  return failed;
};
