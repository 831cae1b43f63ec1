/** `cockatiel`: its policies tell what they do by events; we listen to each from its first call on. */
import { failed } from "../core/guard.ts";
import { silent } from "../core/switch.ts";
import { hide, patchMethod } from "./patch.ts";
import {
  CircuitBreaker,
  exhausted,
  expired,
  full,
  nameOf,
  retried,
  type BreakerState,
} from "./resilience.ts";

type Listen<T> = (listener: (event: T) => void) => unknown;

/** By cockatiel's CircuitState. */
const STATES: readonly BreakerState[] = ["closed", "open", "half_open", "isolated"];
const OPEN = 1;
const ISOLATED = 3;
const stateOf = (state: number): BreakerState => STATES[state] ?? "closed";

interface Breaker {
  state: number;
  onSuccess: Listen<unknown>;
  onFailure: Listen<{ handled?: boolean }>;
  onStateChange: Listen<number>;
}

const OBSERVED = Symbol("flashcard-otel.policy");
type Observable = object & { [OBSERVED]?: unknown };

/** Calls `observe` once per policy and keeps what it returns. */
function once(policy: Observable, observe: () => unknown): unknown {
  if (policy[OBSERVED] !== undefined || silent) return policy[OBSERVED];
  // Frozen: there is no place to remember that it is listened to.
  if (!Object.isExtensible(policy)) return undefined;
  hide(policy, OBSERVED, null);
  try {
    hide(policy, OBSERVED, observe() ?? null);
  } catch (error) {
    failed(error);
  }
  return policy[OBSERVED];
}

function observeBreaker(policy: Breaker): CircuitBreaker {
  const breaker = new CircuitBreaker(policy, stateOf(policy.state));
  policy.onSuccess(() => breaker.call("success"));
  policy.onFailure(({ handled }) => breaker.call(handled === false ? "success" : "failure"));
  policy.onStateChange((state) => breaker.changed(stateOf(state)));
  return breaker;
}

/** A breaker decides whether it lets a call through before anything asynchronous happens. */
const isShut = (state: number): boolean => state === OPEN || state === ISOLATED;

export function patchBreaker(exports: unknown): void {
  patchExecute(exports, "CircuitBreakerPolicy", (original) => {
    return function (this: unknown, ...args: unknown[]): unknown {
      const policy = this as Breaker;
      const breaker = once(policy, () => observeBreaker(policy)) as CircuitBreaker | undefined;
      const before = policy.state;
      const result = original.apply(this, args);
      if (isShut(before) && policy.state === before) breaker?.rejected();
      return result;
    };
  });
}

const listening =
  (observe: (policy: never) => unknown) =>
  (original: Execute): Execute =>
    function (this: unknown, ...args: unknown[]): unknown {
      once(this as Observable, () => observe(this as never));
      return original.apply(this, args);
    };

interface Retry {
  onRetry: Listen<{ attempt: number; delay: number }>;
  onGiveUp: Listen<unknown>;
}

export function patchRetry(exports: unknown): void {
  const observe = (policy: Retry): void => {
    policy.onRetry(({ attempt, delay }) => retried(nameOf(policy), attempt, delay / 1e3));
    policy.onGiveUp(() => exhausted(nameOf(policy)));
  };
  patchExecute(exports, "RetryPolicy", listening(observe));
}

export function patchBulkhead(exports: unknown): void {
  const observe = (policy: { onReject: Listen<unknown> }): void => {
    policy.onReject(() => full(nameOf(policy)));
  };
  patchExecute(exports, "BulkheadPolicy", listening(observe));
}

export function patchTimeout(exports: unknown): void {
  const observe = (policy: { onTimeout: Listen<unknown> }): void => {
    policy.onTimeout(() => expired(nameOf(policy)));
  };
  patchExecute(exports, "TimeoutPolicy", listening(observe));
}

type Execute = (this: unknown, ...args: unknown[]) => unknown;

function patchExecute(exports: unknown, name: string, wrap: (original: Execute) => Execute): void {
  const policy = (exports as Record<string, { prototype?: unknown } | undefined>)[name];
  patchMethod(policy?.prototype, "execute", wrap);
}
