/**
 * Timers of our own: Node's, whatever the application puts in their place later; they keep no process alive, and what fails in them
 * stays ours.
 */
import * as timers from "node:timers";
import { failed } from "./guard.ts";

const { setTimeout, setInterval, clearTimeout, clearInterval } = timers;

export type Timer = NodeJS.Timeout;

/** For whatever Node calls: a throw there would be an uncaught exception of the application. */
export const guarded =
  <A extends unknown[]>(work: (...args: A) => void) =>
  (...args: A): void => {
    try {
      work(...args);
    } catch (error) {
      failed(error);
    }
  };

export const after = (ms: number, work: () => void): Timer =>
  quiet(setTimeout(guarded(work), ms), clearTimeout);

export const every = (ms: number, work: () => void): Timer =>
  quiet(setInterval(guarded(work), ms), clearInterval);

export function stop(timer: Timer | null): void {
  if (timer !== null) clearTimeout(timer);
}

/** Test tools give numbers, browsers' polyfills as well: such a timer would never let the process end. */
function quiet(timer: Timer, clear: (timer: Timer) => void): Timer {
  if (typeof timer?.unref === "function") return timer.unref();
  clear(timer);
  throw new Error("timers that were replaced before the agent was loaded cannot be unreferenced");
}
