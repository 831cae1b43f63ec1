import { metrics, trace } from "@opentelemetry/api";
import { Redis } from "ioredis";
import { createCache } from "../cache/cache.ts";
import { createMemoryCache } from "../cache/memory.ts";
import { createSharedCache } from "../cache/shared.ts";
import { environment } from "../http/environment.ts";
import { start } from "../http/lifecycle.ts";
import { stopOnSignal, systemClock as clock } from "../http/process.ts";
import { createServer } from "../http/server.ts";
import { createLog } from "../legacy/log.ts";
import { createLegacyMonitoring, serveMetrics } from "../legacy/server.ts";
import { both } from "../telemetry/monitor.ts";
import { createOtelMonitor } from "../telemetry/otel.ts";
import { createBreaker } from "./breaker.ts";
import { createClient } from "./client.ts";
import { createCompletions } from "./completion.ts";
import { createHealth } from "./health.ts";
import { createLimiter } from "./limiter.ts";
import { addRoutes } from "./routes.ts";
import { createStages } from "./stages.ts";

const env = environment(process.env);
const log = createLog("llm-gateway", env.text("LOG_LEVEL", "info"));
const legacy = createLegacyMonitoring(env.legacyOn());
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

const health = { draining: false };
const app = createServer(log, health);
addRoutes(app, createStages(cache, run));
const metricsServer = await serveMetrics(legacy, env.number("METRICS_PORT", 9464));
stopOnSignal(
  await start({
    app,
    health,
    port: env.number("PORT", 8080),
    drainMs: env.number("DRAIN_MS", 3000),
    sleep: clock.sleep,
    stop: [async () => redis.disconnect(), async () => metricsServer.close()],
  }),
);
log.info({ event: "started" }, "llm-gateway listens");
