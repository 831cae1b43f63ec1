import { randomUUID } from "node:crypto";
import { metrics, trace } from "@opentelemetry/api";
import { Redis } from "ioredis";
import { onceItWorks, systemClock as clock } from "../http/process.ts";
import { openService, serve } from "../http/service.ts";
import { createProducer } from "../queue/producer.ts";
import { openDatabase } from "../store/database.ts";
import { migrate } from "../store/migrate.ts";
import { both } from "../telemetry/monitor.ts";
import { createOtelMonitor } from "../telemetry/otel.ts";
import { addRoutes } from "./routes.ts";
import { sweep } from "./sweep.ts";

const service = openService("ingest-api");
const { env, log, legacy } = service;
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
  log,
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

await serve(service, {
  addRoutes: (app) => addRoutes(app, dependencies),
  stop: [async () => clearInterval(sweeping), database.close, async () => redis.disconnect()],
});
