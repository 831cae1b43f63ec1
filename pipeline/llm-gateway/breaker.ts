/** Opens when half of the calls of ten seconds failed: then the model is left alone for a while. */
import {
  BrokenCircuitError,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  SamplingBreaker,
} from "cockatiel";
import { PipelineError } from "../domain/errors.ts";
import { type Breaker as State, type Monitor } from "../telemetry/monitor.ts";

export interface Breaker {
  execute: <T>(call: () => Promise<T>) => Promise<T>;
  state: () => State;
}

export interface BreakerOptions {
  breakMs: number;
  monitor: Monitor;
}

const name = "llm";
const sampling = { threshold: 0.5, duration: 10_000, minimumRps: 1 };
const longestBreakMs = 300_000;

/** Our own mistakes (a bad key, an answer we cannot read) do not say that the model is ill. */
const isModelFailure = (error: unknown): boolean =>
  error instanceof PipelineError && ["Api", "Network", "RateLimit"].includes(error.type);

const gaugeValue: Record<State, number> = { closed: 0, "half-open": 1, open: 2 };

export const createBreaker = ({ breakMs, monitor }: BreakerOptions): Breaker => {
  const policy = circuitBreaker(handleWhen(isModelFailure), {
    halfOpenAfter: new ExponentialBackoff({
      initialDelay: breakMs,
      exponent: 1.5,
      maxDelay: longestBreakMs,
    }),
    breaker: new SamplingBreaker(sampling),
  });
  let state: State = "closed";
  const become = (next: State) => (): void => {
    state = next;
    monitor.breakerTransition({ name, to: next });
  };
  policy.onBreak(become("open"));
  policy.onHalfOpen(become("half-open"));
  policy.onReset(become("closed"));
  monitor.gauge("breakerState", () => [{ value: gaugeValue[state], labels: { name } }]);
  return {
    state: () => state,
    execute: async (call) => {
      try {
        const result = await policy.execute(call);
        monitor.breakerCall({ name, outcome: "success" });
        return result;
      } catch (error) {
        const rejected = error instanceof BrokenCircuitError;
        monitor.breakerCall({ name, outcome: rejected ? "rejected" : "failure" });
        if (!rejected) throw error;
        throw new PipelineError("CircuitBreaker", "the model is left alone for a while", {
          retryAfterSeconds: Math.max(1, Math.ceil(breakMs / 1000)),
          cause: error,
        });
      }
    },
  };
};
