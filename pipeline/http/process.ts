/** The real clock, and the way a process ends. Only main.ts files import this. */
import { setTimeout as sleep } from "node:timers/promises";
import { type Clock } from "../domain/clock.ts";

export const systemClock: Clock = {
  now: () => new Date(),
  seconds: () => performance.now() / 1000,
  sleep: (milliseconds) => sleep(milliseconds),
};

const startAttempts = 60;

/** A neighbour may start later than we do: waiting for it looks better than crashing until it is there. */
export const onceItWorks = async (what: string, act: () => Promise<void>): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await act();
    } catch (error) {
      if (attempt === startAttempts)
        throw new Error(`${what} failed ${attempt} times`, { cause: error });
      await sleep(1000);
    }
  }
};

/** On SIGTERM or SIGINT: stop, then leave with 0. A second signal does not wait. */
export const stopOnSignal = (stop: () => Promise<void>): void => {
  let asked = false;
  const onSignal = (): void => {
    if (asked) process.exit(1);
    asked = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
};
