/**
 * What the agent's own code costs. Now and then one entry into it is timed and stands for those that were not: reading a clock
 * twice at every entry would cost more than most of them. Off, and next to free, unless somebody asks.
 */
import { cpuNow, now } from "./clock.ts";
import { random32 } from "./ids.ts";

/** Entries one timed one stands for, on average. */
const EVERY = 32;
/** A collection of garbage or a lost time slice in the middle is nobody's code. */
const LONGEST_MS = 0.2;
const OFF = 0x3fffffff;

let due = OFF;
let on = false;
let spent = 0;

export function startTiming(): void {
  on = true;
  due = EVERY;
}

/** Milliseconds since the start of the process; an estimate. */
export const spentMs = (): number => spent;

/** Begins an entry; what it returns goes to `left`. Entries inside one that is timed belong to it. */
export function entered(): number {
  return --due === 0 ? now() : 0;
}

export function left(since: number): void {
  if (since !== 0) charge(since);
}

function charge(since: number): void {
  spent += Math.min(now() - since, LONGEST_MS) * EVERY;
  // Uniform around the mean: a fixed step would meet the same entry of every request again and again.
  due = on ? 1 + (random32() & (2 * EVERY - 2)) : OFF;
}

/**
 * Work that is timed as a whole, because it is rare. By both clocks: one counts waiting for a processor, the other what further
 * threads did meanwhile.
 */
export function chargeWhole<T>(work: () => T): T {
  const [since, cpu] = [now(), cpuNow()];
  try {
    return work();
  } finally {
    spent += Math.min(now() - since, cpuNow() - cpu);
  }
}

/** What no clock in here can see, such as the kernel's part of sending. */
export function chargeMs(ms: number): void {
  spent += ms;
}
