/**
 * What the libraries of resilience have in common: numbers for everything their policies do, and an event on the current span for
 * what a request notices: it was rejected, retried, timed out, or a breaker changed its state.
 */
import { current } from "../core/context.ts";
import { silent } from "../core/switch.ts";
import type { Instrument } from "../metrics/instrument.ts";
import { counter, OWN_SCOPE, seconds } from "../metrics/own.ts";
import { meters } from "../metrics/registry.ts";
import type { Series } from "../metrics/series.ts";

const WAITS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

const limiterRequests = counter("resilience.rate_limiter.requests", "{request}");
const limiterPoints = counter("resilience.rate_limiter.points", "{point}");
const limiterRetryAfter = seconds("resilience.rate_limiter.retry_after", WAITS);
const limiterQueue = seconds("resilience.rate_limiter.queue.duration", WAITS);
const breakerCalls = counter("resilience.circuit_breaker.calls", "{call}");
const breakerTransitions = counter("resilience.circuit_breaker.transitions", "{transition}");
const breakerStatus = meters.instrument(OWN_SCOPE, {
  name: "resilience.circuit_breaker.status",
  kind: "upDown",
  unit: "{circuit_breaker}",
  integer: true,
});
const retryDelay = seconds("resilience.retry.delay", WAITS);
const retryExhausted = counter("resilience.retry.exhausted", "{call}");
const bulkheadRejections = counter("resilience.bulkhead.rejections", "{call}");
const timeouts = counter("resilience.timeout.expirations", "{call}");

const NAME = "resilience.policy.name";
const OUTCOME = "resilience.outcome";
const STATE = "resilience.circuit_breaker.state";

type Attributes = Record<string, string | number>;

/** Policies without a name of their own are counted together. */
const named = (name: string): Attributes => (name === "" ? {} : { [NAME]: name });

/** Its own `name`, where a library has none for it: an application may set one. */
export function nameOf(policy: object): string {
  const { name } = policy as { name?: unknown };
  return typeof name === "string" ? name : "";
}

function tell(event: string, attributes: Attributes): void {
  const span = current()?.span;
  if (span?.recording === true) span.addEvent(event, attributes);
}

/** A series per outcome, found once per policy. */
class Outcomes<O extends string> {
  private readonly instrument: Instrument;
  private readonly name: string;
  private readonly known = new Map<O, Series>();

  constructor(instrument: Instrument, name: string) {
    this.instrument = instrument;
    this.name = name;
  }

  count(outcome: O): void {
    let series = this.known.get(outcome);
    if (series === undefined) {
      series = this.instrument.series({ ...named(this.name), [OUTCOME]: outcome });
      this.known.set(outcome, series);
    }
    series.record(1);
  }
}

export class RateLimiter {
  private readonly name: string;
  private readonly requests: Outcomes<"allowed" | "rejected" | "failed">;
  private readonly points: Series;
  private readonly waits: Series;

  constructor(name: string) {
    this.name = name;
    this.requests = new Outcomes(limiterRequests, name);
    this.points = limiterPoints.series(named(name));
    this.waits = limiterRetryAfter.series(named(name));
  }

  allowed(points: number): void {
    this.requests.count("allowed");
    this.points.record(points);
  }

  rejected(retryAfter: number): void {
    this.requests.count("rejected");
    this.waits.record(retryAfter);
    tell("resilience.rejected", {
      "resilience.policy.type": "rate_limiter",
      ...named(this.name),
      "resilience.retry_after": retryAfter,
    });
  }

  /** Its store did not answer. */
  failed(): void {
    this.requests.count("failed");
  }
}

export const queued = (name: string, waited: number): void =>
  limiterQueue.series(named(name)).record(waited);

export type BreakerState = "closed" | "open" | "half_open" | "isolated";

/** Breakers that are gone are in no state any more. */
const gone = new FinalizationRegistry<{ name: string; state: BreakerState }>((last) =>
  status(last, -1),
);

const status = ({ name, state }: { name: string; state: BreakerState }, change: number): void =>
  breakerStatus.series({ ...named(name), [STATE]: state }).record(change);

export class CircuitBreaker {
  private readonly calls: Outcomes<"success" | "failure" | "rejected">;
  private readonly at: { name: string; state: BreakerState };

  constructor(breaker: object, state: BreakerState) {
    this.at = { name: nameOf(breaker), state };
    this.calls = new Outcomes(breakerCalls, this.at.name);
    status(this.at, 1);
    gone.register(breaker, this.at);
  }

  /** As the breaker counts it: an error it is told not to mind is a success. */
  call(outcome: "success" | "failure"): void {
    if (!silent) this.calls.count(outcome);
  }

  rejected(): void {
    if (silent) return;
    this.calls.count("rejected");
    tell("resilience.rejected", {
      "resilience.policy.type": "circuit_breaker",
      ...named(this.at.name),
    });
  }

  /** States are kept track of while silent, too: they would be wrong for ever after. */
  changed(state: BreakerState): void {
    const { name } = this.at;
    status(this.at, -1);
    this.at.state = state;
    status(this.at, 1);
    if (silent) return;
    breakerTransitions.series({ ...named(name), [STATE]: state }).record(1);
    tell("resilience.circuit_breaker.transition", { ...named(name), [STATE]: state });
  }
}

export function retried(name: string, attempt: number, delay: number): void {
  if (silent) return;
  retryDelay.series(named(name)).record(delay);
  tell("resilience.retry", {
    ...named(name),
    "resilience.retry.attempt": attempt,
    "resilience.retry.delay": delay,
  });
}

export function exhausted(name: string): void {
  if (!silent) retryExhausted.series(named(name)).record(1);
}

export function full(name: string): void {
  if (silent) return;
  bulkheadRejections.series(named(name)).record(1);
  tell("resilience.rejected", { "resilience.policy.type": "bulkhead", ...named(name) });
}

export function expired(name: string): void {
  if (silent) return;
  timeouts.series(named(name)).record(1);
  tell("resilience.timeout", named(name));
}
