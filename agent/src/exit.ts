/**
 * The end of the process, without taking part in it. Listeners of our own would be counted (signal-exit and others ask whether
 * they are alone) and would keep a signal from ending the process; so we only look at what is emitted anyway.
 * `beforeExit` is left alone: work begun there makes Node emit it again, and the application's own listeners would run twice.
 */
import { failed } from "./core/guard.ts";

export interface LastWords {
  /** There is still time: the application is draining. */
  soon: () => void;
  /** The last synchronous moment. */
  now: () => void;
}

const SIGNALS = new Set<unknown>(["SIGTERM", "SIGINT", "SIGHUP"]);

export function watchExit(lastWords: LastWords): void {
  const emit = process.emit.bind(process) as (...args: unknown[]) => boolean;
  const patched = (...args: [string, ...unknown[]]): boolean => {
    const [event] = args;
    if (event === "exit" || SIGNALS.has(event)) {
      try {
        if (event === "exit") lastWords.now();
        else lastWords.soon();
      } catch (error) {
        failed(error);
      }
    }
    return emit(...args);
  };
  process.emit = patched as typeof process.emit;
}
