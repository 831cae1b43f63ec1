import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { metrics, trace } from "@opentelemetry/api";
import { Redis } from "ioredis";
import { createThroughput } from "../domain/throughput.ts";
import { onceItWorks, systemClock as clock } from "../http/process.ts";
import { openService, serve } from "../http/service.ts";
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

const service = openService("worker");
const { env, log, legacy } = service;
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
  log,
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

await serve(service, {
  addRoutes: (app) =>
    addRoutes(app, {
      producer: createProducer(commands, { tracer }),
      waiters,
      own,
      newId: randomUUID,
    }),
  stop: [
    () => loop.stop(),
    async () => clearInterval(depthTimer),
    consumer.close,
    database.close,
    async () => commands.disconnect(),
  ],
});
