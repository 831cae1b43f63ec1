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
  // oxlint-disable-next-line typescript/unbound-method -- called with whatever it is called on.
  const inherited = process.emit as (...args: unknown[]) => boolean;
  const listen = (event: unknown): void => {
    try {
      if (event === "exit") lastWords.now();
      else if (SIGNALS.has(event)) lastWords.soon();
    } catch (error) {
      failed(error);
    }
  };
  // A method, since a bundler may rename functions but no methods; and listed no more than the one that is inherited.
  // oxlint-disable-next-line typescript/unbound-method -- as above.
  const { emit } = {
    emit(this: unknown, event: unknown, ...args: unknown[]): boolean {
      listen(event);
      return inherited.call(this, event, ...args);
    },
  };
  Object.defineProperty(process, "emit", { value: emit, writable: true, configurable: true });
}
