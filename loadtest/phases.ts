/** The parts of an experiment. */
import type { Trial } from "./apparatus.ts";
import { settledFlush, visitCost } from "./flush.ts";
import { isSampled } from "./marks.ts";
import { type Measured, measure, reading, serve } from "./measure.ts";
import type { TrialSettings } from "./settings.ts";

/** The agent's memory is bounded: items that are on wait for the next flush. */
const MOST_PENDING = 50;

/** The same number of items for both twins; every second one on, so that what instruments them is compiled. */
export const warmUp = async (trial: Trial): Promise<void> => {
  const { warmupItems, sampleRatio } = trial.settings;
  for (let i = 0; i < warmupItems; i += 1) {
    const sampled = isSampled(Math.floor(i / 2), sampleRatio);
    const mark = trial.journal.mark(i % 2 === 0 ? "on" : "off", sampled);
    await serve(trial, "injected", mark);
    await serve(trial, "plain", mark);
    if ((i + 1) % (2 * MOST_PENDING) === 0 || i + 1 === warmupItems) await flushBoth(trial);
  }
};

/** The same request for both; what the injected twin needs more is its export. */
const flushBoth = async (trial: Trial): Promise<number> => {
  const plain = await visitCost(trial, "plain", "off;flush");
  return (await settledFlush(trial)) - plain;
};

export const sanityPair = async (trial: Trial): Promise<void> => {
  const { journal: book, settings, random } = trial;
  const before = [book.served.plain, book.served.injected];
  const pairs: [number, number][] = [];
  const bad = book.bad();
  let flushUs = 0;
  while (pairs.length < settings.twinPairs) {
    const costs = { plain: 0, injected: 0 };
    const order =
      random() < 0.5 ? (["plain", "injected"] as const) : (["injected", "plain"] as const);
    const mark = book.mark("on", isSampled(pairs.length, settings.sampleRatio));
    const start = {
      plain: await reading(trial, "plain"),
      injected: await reading(trial, "injected"),
    };
    for (const side of order)
      costs[side] = (await measure(trial, { side, mark, since: start[side] })).cost;
    pairs.push([costs.plain, costs.injected]);
    if (pairs.length % MOST_PENDING === 0 || pairs.length === settings.twinPairs)
      flushUs += await flushBoth(trial);
  }
  book.write("twin", { pairs, bad: book.bad() - bad, flushUs, before });
};

/** Pairs of items in the injected twin, the order within each pair drawn; in phase `aa` all are off. */
export const runBlock = async (trial: Trial, phase: "aa" | "ab", block: number): Promise<void> => {
  const { journal: book, settings, doors, random } = trial;
  const began = doors.now();
  const found: Record<"on" | "off", Measured[]> = { on: [], off: [] };
  let since = await reading(trial, "injected");
  let [flushUs, flushes] = [0, 0];
  for (let pair = 0; pair < settings.pairsPerBlock; pair += 1) {
    const sampled = isSampled(pair, settings.sampleRatio);
    const order = random() < 0.5 ? (["on", "off"] as const) : (["off", "on"] as const);
    for (const arm of order) {
      const mark = book.mark(phase === "aa" ? "off" : arm, sampled);
      const item = await measure(trial, { side: "injected", mark, since });
      found[arm].push(item);
      since = item.now;
    }
    if (phase === "ab" && isFlushDue(pair + 1, settings.pairsPerBlock)) {
      flushUs += await meteredFlush(trial);
      flushes += 1;
      since = await reading(trial, "injected");
    }
  }
  const exported = phase === "ab" ? { flushUs, flushes, ...(await oneFlush(trial)) } : { flushUs };
  const fields = { ...fieldsOf(found), ...sampledPairs(settings), ...exported };
  book.write("block", { phase, block, ...fields, ms: Math.round(doors.now() - began) });
};

/** One more pair, for nothing but its export: what is in the price of a flush besides its items. */
const oneFlush = async (trial: Trial): Promise<{ oneFlushUs: number }> => {
  for (const word of ["on", "off"] as const)
    await serve(trial, "injected", trial.journal.mark(word));
  return { oneFlushUs: await meteredFlush(trial) };
};

/** The line's view of what was measured. */
const fieldsOf = ({ on, off }: Record<"on" | "off", Measured[]>) => {
  const failed = (items: Measured[]): number => items.filter(({ served }) => !served).length;
  return {
    on: on.map(({ cost }) => cost),
    off: off.map(({ cost }) => cost),
    wallOn: on.map(({ wallMs }) => wallMs),
    wallOff: off.map(({ wallMs }) => wallMs),
    bad: failed(on) + failed(off),
    badOn: failed(on),
  };
};

/** Which pairs of a block were of a sampled trace; left out where all are. */
const sampledPairs = ({ sampleRatio, pairsPerBlock }: TrialSettings): { sampled?: number[] } => {
  if (sampleRatio === 1) return {};
  const all = Array.from({ length: pairsPerBlock }, (_, pair) => pair);
  return { sampled: all.filter((pair) => isSampled(pair, sampleRatio)) };
};

const isFlushDue = (pairs: number, perBlock: number): boolean =>
  pairs % MOST_PENDING === 0 || pairs === perBlock;

/** CPU microseconds of a flush, less those of an equal request without one; their order is drawn too. */
const meteredFlush = async (trial: Trial): Promise<number> => {
  if (trial.random() < 0.5)
    return (await settledFlush(trial)) - (await visitCost(trial, "injected", "off"));
  const without = await visitCost(trial, "injected", "off");
  return (await settledFlush(trial)) - without;
};
