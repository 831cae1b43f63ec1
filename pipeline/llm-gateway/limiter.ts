/** Token buckets: one for all calls, one per stage. Each gateway pod has its own, so limits are per pod. */
import { BurstyRateLimiter, RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { PipelineError } from "../domain/errors.ts";
import { type LlmStage } from "../domain/stages.ts";
import { type Monitor } from "../telemetry/monitor.ts";

export interface Limiter {
  /** Throws a RateLimit error that says when to come back. */
  take: (stage: LlmStage) => Promise<void>;
}

interface Limits {
  perMinute: number;
  burst: number;
}

interface Bucket {
  name: string;
  take: () => Promise<void>;
}

/** Points per second plus a burst that refills over ten seconds. */
const createBucket = (
  name: string,
  { perMinute, burst }: Limits,
  monitor: Monitor,
): { bucket: Bucket; left: () => number; capacity: number } => {
  const perSecond = Math.max(1, Math.round(perMinute / 60));
  const steady = new RateLimiterMemory({ points: perSecond, duration: 1, keyPrefix: name });
  const extra = new RateLimiterMemory({ points: burst, duration: 10, keyPrefix: `${name}-burst` });
  const limiter = new BurstyRateLimiter(steady, extra);
  let left = perSecond;
  const denied = (result: unknown): PipelineError => {
    if (!(result instanceof RateLimiterRes))
      return new PipelineError("Configuration", "asking the rate limiter", { cause: result });
    left = 0;
    monitor.limiter({ limiter: name, allowed: false });
    const retryAfterSeconds = Math.max(1, Math.ceil(result.msBeforeNext / 1000));
    return new PipelineError("RateLimit", `the ${name} limit is used up`, { retryAfterSeconds });
  };
  const take = async (): Promise<void> => {
    try {
      const result = await limiter.consume("all");
      left = result.remainingPoints;
      monitor.limiter({ limiter: name, allowed: true });
    } catch (result) {
      throw denied(result);
    }
  };
  return { bucket: { name, take }, left: () => left, capacity: perSecond };
};

export const createLimiter = (perMinute: number, monitor: Monitor): Limiter => {
  const buckets = {
    api: createBucket("api", { perMinute, burst: Math.ceil(perMinute / 30) }, monitor),
    stage1: createBucket(
      "stage1",
      { perMinute: perMinute / 2, burst: Math.ceil(perMinute / 60) },
      monitor,
    ),
    stage2: createBucket(
      "stage2",
      { perMinute: perMinute / 2, burst: Math.ceil(perMinute / 60) },
      monitor,
    ),
  };
  const all = Object.values(buckets);
  monitor.gauge("limiterTokens", () =>
    all.map(({ bucket, left }) => ({ value: left(), labels: { limiter: bucket.name } })),
  );
  monitor.gauge("limiterUtilization", () =>
    all.map(({ bucket, left, capacity }) => ({
      value: 1 - left() / capacity,
      labels: { limiter: bucket.name },
    })),
  );
  return {
    take: async (stage) => {
      await buckets.api.bucket.take();
      await buckets[stage].bucket.take();
    },
  };
};
