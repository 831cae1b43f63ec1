/** Waiting for a condition, never for a time: every wait has a deadline and says what it waits for. */
import { setTimeout as sleep } from "node:timers/promises";

export interface Wait {
  what: string;
  seconds: number;
  everyMs?: number;
}

/** Calls `look` until it answers something other than undefined or false; its answer. */
export const until = async <T>(
  { what, seconds, everyMs = 500 }: Wait,
  look: () => Promise<T | undefined | false>,
): Promise<T> => {
  const deadline = performance.now() + seconds * 1000;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const answer = await look();
      if (answer !== undefined && answer !== false) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await sleep(everyMs);
  }
  throw new Error(`${what}: not after ${seconds} s`, { cause: last });
};
