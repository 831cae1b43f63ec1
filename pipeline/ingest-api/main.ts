import { randomUUID } from "node:crypto";
import { metrics, trace } from "@opentelemetry/api";
import { Redis } from "ioredis";
import { environment } from "../http/environment.ts";
import { start } from "../http/lifecycle.ts";
import { onceItWorks, stopOnSignal, systemClock as clock } from "../http/process.ts";
import { createServer } from "../http/server.ts";
import { createLog } from "../legacy/log.ts";
import { createLegacyMonitoring, serveMetrics } from "../legacy/server.ts";
import { createProducer } from "../queue/producer.ts";
import { openDatabase } from "../store/database.ts";
import { migrate } from "../store/migrate.ts";
import { both } from "../telemetry/monitor.ts";
import { createOtelMonitor } from "../telemetry/otel.ts";
import { addRoutes } from "./routes.ts";
import { sweep } from "./sweep.ts";

const env = environment(process.env);
const log = createLog("ingest-api", env.text("LOG_LEVEL", "info"));
const legacy = createLegacyMonitoring(env.legacyOn());
const monitor = both(legacy.monitor, createOtelMonitor(metrics.getMeter("flashcards")));
const tracer = trace.getTracer("flashcards");
const redis = new Redis(env.text("REDIS_URL"), { maxRetriesPerRequest: 2 });
redis.on("error", (error) =>
  log.warn({ event: "redis.error", error_type: "Network" }, error.message),
);
const database = openDatabase({
  url: env.text("DATABASE_URL"),
  monitor,
  seconds: clock.seconds,
  onIdleError: (error) =>
    log.warn({ event: "database.error", error_type: "Database" }, error.message),
});
await onceItWorks("building the schema", () => migrate(database));

const dependencies = {
  database,
  producer: createProducer(redis, { tracer, maxLength: env.number("QUEUE_MAX_LENGTH", 0) }),
  queue: env.text("QUEUE_STREAM", "flashcards:items"),
  monitor,
  tracer,
  log,
  newId: randomUUID,
  now: clock.now,
  seconds: clock.seconds,
};
const sweeper = {
  ...dependencies,
  redis,
  patienceSeconds: env.number("SWEEP_PATIENCE_MS", 30_000) / 1000,
};
const sweeping = setInterval(
  () => void sweep(sweeper).catch(() => undefined),
  env.number("SWEEP_MS", 30_000),
);

const health = { draining: false };
const app = createServer(log, health);
addRoutes(app, dependencies);
const metricsServer = await serveMetrics(legacy, env.number("METRICS_PORT", 9464));
stopOnSignal(
  await start({
    app,
    health,
    port: env.number("PORT", 8080),
    drainMs: env.number("DRAIN_MS", 3000),
    sleep: clock.sleep,
    stop: [
      async () => clearInterval(sweeping),
      database.close,
      async () => redis.disconnect(),
      async () => metricsServer.close(),
    ],
  }),
);
log.info({ event: "started" }, "ingest-api listens");
