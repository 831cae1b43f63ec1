import { metrics, trace } from "@opentelemetry/api";
import { Redis } from "ioredis";
import { createCache } from "../cache/cache.ts";
import { createMemoryCache } from "../cache/memory.ts";
import { createSharedCache } from "../cache/shared.ts";
import { systemClock as clock } from "../http/process.ts";
import { openService, serve } from "../http/service.ts";
import { both } from "../telemetry/monitor.ts";
import { createOtelMonitor } from "../telemetry/otel.ts";
import { createBreaker } from "./breaker.ts";
import { createClient } from "./client.ts";
import { createCompletions } from "./completion.ts";
import { createHealth } from "./health.ts";
import { createLimiter } from "./limiter.ts";
import { addRoutes } from "./routes.ts";
import { createStages } from "./stages.ts";

const service = openService("llm-gateway");
const { env, log, legacy } = service;
const monitor = both(legacy.monitor, createOtelMonitor(metrics.getMeter("flashcards")));
const tracer = trace.getTracer("flashcards");
const redis = new Redis(env.text("REDIS_URL"), { maxRetriesPerRequest: 2, commandTimeout: 2000 });
redis.on("error", (error) =>
  log.warn({ event: "redis.error", error_type: "Cache" }, error.message),
);

const cache = createCache({
  memory: createMemoryCache({
    maxEntries: env.number("CACHE_ENTRIES", 1000),
    maxBytes: env.number("CACHE_BYTES", 32 * 1024 * 1024),
    seconds: clock.seconds,
    onRemoved: (reason) => monitor.cacheEviction({ layer: "l1", reason }),
  }),
  shared: createSharedCache(redis),
  monitor,
  tracer,
  onSharedError: () =>
    log.warn({ event: "cache.shared", error_type: "Cache", success: false }, "shared cache failed"),
});

const run = createCompletions({
  complete: createClient({
    baseUrl: env.text("LLM_BASE_URL"),
    apiKey: env.text("OPENROUTER_API_KEY"),
  }),
  limiter: createLimiter(env.number("RATE_LIMIT_PER_MINUTE", 600), monitor),
  breaker: createBreaker({ breakMs: env.number("BREAK_MS", 30_000), monitor }),
  retry: {
    attempts: 3,
    baseMs: env.number("RETRY_BASE_MS", 1000),
    maxMs: env.number("RETRY_MAX_MS", 10_000),
    sleep: clock.sleep,
    random: Math.random,
  },
  monitor,
  health: createHealth(monitor),
  tracer,
  log,
  seconds: clock.seconds,
});

await serve(service, {
  addRoutes: (app) => addRoutes(app, createStages(cache, run)),
  stop: [async () => redis.disconnect()],
});
