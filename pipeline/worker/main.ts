import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { metrics, trace } from "@opentelemetry/api";
import { Redis } from "ioredis";
import { createThroughput } from "../domain/throughput.ts";
import { environment } from "../http/environment.ts";
import { start } from "../http/lifecycle.ts";
import { onceItWorks, stopOnSignal, systemClock as clock } from "../http/process.ts";
import { createServer } from "../http/server.ts";
import { createLog } from "../legacy/log.ts";
import { createLegacyMonitoring, serveMetrics } from "../legacy/server.ts";
import { createConsumer } from "../queue/consumer.ts";
import { createProducer } from "../queue/producer.ts";
import { openDatabase } from "../store/database.ts";
import { both } from "../telemetry/monitor.ts";
import { createOtelMonitor } from "../telemetry/otel.ts";
import { cardMaker } from "./cards.ts";
import { createDepthGauge } from "./depth.ts";
import { createGateway } from "./gateway.ts";
import { Loop } from "./loop.ts";
import { processor } from "./process.ts";
import { addRoutes } from "./routes.ts";
import { createWaiters } from "./waiters.ts";

const env = environment(process.env);
const log = createLog("worker", env.text("LOG_LEVEL", "info"));
const legacy = createLegacyMonitoring(env.legacyOn());
const monitor = both(legacy.monitor, createOtelMonitor(metrics.getMeter("flashcards")));
const tracer = trace.getTracer("flashcards");
const { seconds, sleep } = clock;

const connect = (): Redis => {
  const redis = new Redis(env.text("REDIS_URL"), { maxRetriesPerRequest: 2 });
  redis.on("error", (error) =>
    log.warn({ event: "redis.error", error_type: "Network" }, error.message),
  );
  return redis;
};

const stream = env.text("QUEUE_STREAM", "flashcards:items");
const name = `${hostname()}-${process.pid}`;
const own = `${stream}:${name}`;
const commands = connect();
const consumer = createConsumer({ commands, reader: connect() }, { stream, own, name });
const database = openDatabase({
  url: env.text("DATABASE_URL"),
  monitor,
  seconds,
  onIdleError: (error) =>
    log.warn({ event: "database.error", error_type: "Database" }, error.message),
});
const waiters = createWaiters(env.number("ITEM_TIMEOUT_MS", 60_000));
const throughput = createThroughput();
monitor.gauge("throughput", () => {
  const value = throughput.value();
  return value === undefined ? [] : [{ value, labels: { stage: "completed", success: "true" } }];
});
const depth = createDepthGauge(consumer, monitor);

await onceItWorks("joining the queue", consumer.prepare);
const loop = new Loop({
  consumer,
  handle: (message) => handle(message),
  limit: env.number("IN_FLIGHT", 5),
  blockMs: 1000,
  claimIdleMs: env.number("CLAIM_IDLE_MS", 10_000),
  monitor,
  log,
  seconds,
  sleep,
});
const handle = processor({
  makeCards: cardMaker({
    gateway: createGateway(env.text("GATEWAY_URL")),
    monitor,
    tracer,
    seconds,
  }),
  consumer,
  database,
  waiters,
  throughput,
  monitor,
  tracer,
  log,
  seconds,
  sleep,
  stopping: () => loop.stopping(),
  quarantined: depth.countQuarantined,
});
loop.start();
monitor.gauge("inFlight", () => [{ value: loop.inFlight() }]);
const depthTimer = setInterval(() => void depth.refresh().catch(() => undefined), 5000);

const health = { draining: false };
const app = createServer(log, health);
addRoutes(app, { producer: createProducer(commands, { tracer }), waiters, own, newId: randomUUID });
const metricsServer = await serveMetrics(legacy, env.number("METRICS_PORT", 9464));
stopOnSignal(
  await start({
    app,
    health,
    port: env.number("PORT", 8080),
    drainMs: env.number("DRAIN_MS", 3000),
    sleep,
    stop: [
      () => loop.stop(),
      async () => clearInterval(depthTimer),
      consumer.close,
      database.close,
      async () => commands.disconnect(),
      async () => metricsServer.close(),
    ],
  }),
);
log.info({ event: "started" }, "worker listens");
