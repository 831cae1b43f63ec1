/** `opossum`: a breaker emits an event for everything it does; we see each on its way to the application's listeners. */
import { failed } from "../core/guard.ts";
import { hide, patchMethod } from "./patch.ts";
import { CircuitBreaker, expired, full, nameOf } from "./resilience.ts";

interface Breaker {
  [OBSERVED]?: CircuitBreaker;
}

const OBSERVED = Symbol("flashcard-otel.breaker");

function observedOf(breaker: Breaker): CircuitBreaker {
  if (breaker[OBSERVED] === undefined)
    hide(breaker, OBSERVED, new CircuitBreaker(breaker, "closed"));
  return breaker[OBSERVED] as unknown as CircuitBreaker;
}

type React = (breaker: Breaker) => void;

/** A locked semaphore and a timeout are followed by `failure`. */
const EVENTS = new Map<unknown, React>([
  ["success", (breaker) => observedOf(breaker).call("success")],
  ["failure", (breaker) => observedOf(breaker).call("failure")],
  ["reject", (breaker) => observedOf(breaker).rejected()],
  ["open", (breaker) => observedOf(breaker).changed("open")],
  ["halfOpen", (breaker) => observedOf(breaker).changed("half_open")],
  ["close", (breaker) => observedOf(breaker).changed("closed")],
  ["semaphoreLocked", (breaker) => full(nameOf(breaker))],
  ["timeout", (breaker) => expired(nameOf(breaker))],
]);

/** `exports` of opossum/lib/circuit.js: the class. */
export function patchCircuit(exports: unknown): void {
  patchMethod((exports as { prototype?: unknown }).prototype, "emit", (original) => {
    return function (this: unknown, ...args: unknown[]): unknown {
      const react = EVENTS.get(args[0]);
      if (react !== undefined) {
        try {
          react(this as Breaker);
        } catch (error) {
          failed(error);
        }
      }
      return original.apply(this, args);
    };
  });
}
