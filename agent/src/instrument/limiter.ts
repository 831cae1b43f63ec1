/** `rate-limiter-flexible`: who was let through, who was rejected and for how long, who waited. */
import { now } from "../core/clock.ts";
import { failed } from "../core/guard.ts";
import { silent } from "../core/switch.ts";
import { hide, patchMethod } from "./patch.ts";
import { queued, RateLimiter } from "./resilience.ts";

interface Limiter {
  keyPrefix?: string;
  [OBSERVED]?: RateLimiter;
}

const OBSERVED = Symbol("flashcard-otel.limiter");

function observedOf(limiter: Limiter): RateLimiter {
  if (limiter[OBSERVED] === undefined)
    hide(limiter, OBSERVED, new RateLimiter(limiter.keyPrefix ?? ""));
  return limiter[OBSERVED] as unknown as RateLimiter;
}

/** Failures of ours must not become failures of the limiter. */
function safely(work: () => void): void {
  try {
    work();
  } catch (error) {
    failed(error);
  }
}

/** What a limiter rejects with says how long; what else it rejects with is an error of its store. */
function rejected(limiter: Limiter, reason: unknown): void {
  const { msBeforeNext } = (reason ?? {}) as { msBeforeNext?: unknown };
  if (typeof msBeforeNext === "number") observedOf(limiter).rejected(msBeforeNext / 1e3);
  else observedOf(limiter).failed();
}

/** `exports` of one of the files that have a `consume` of their own. */
export function patchLimiter(exports: unknown): void {
  patchMethod((exports as { prototype?: unknown }).prototype, "consume", (original) => {
    return function (this: unknown, ...args: unknown[]): unknown {
      if (silent) return original.apply(this, args);
      const points = typeof args[1] === "number" ? args[1] : 1;
      return (original.apply(this, args) as Promise<unknown>).then(
        (result) => {
          safely(() => observedOf(this as Limiter).allowed(points));
          return result;
        },
        (reason: unknown) => {
          safely(() => rejected(this as Limiter, reason));
          throw reason;
        },
      );
    };
  });
}

/** `exports` of RateLimiterQueue.js. */
export function patchLimiterQueue(exports: unknown): void {
  patchMethod((exports as { prototype?: unknown }).prototype, "removeTokens", (original) => {
    return function (this: unknown, ...args: unknown[]): unknown {
      if (silent) return original.apply(this, args);
      const start = now();
      const { _limiterFlexible: limiter } = this as { _limiterFlexible?: Limiter };
      return (original.apply(this, args) as Promise<unknown>).then((result) => {
        safely(() => queued(limiter?.keyPrefix ?? "", (now() - start) / 1e3));
        return result;
      });
    };
  });
}
