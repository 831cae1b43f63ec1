import { metrics, trace } from "@opentelemetry/api";
import { environment } from "../http/environment.ts";
import { start } from "../http/lifecycle.ts";
import { onceItWorks, stopOnSignal, systemClock as clock } from "../http/process.ts";
import { createServer } from "../http/server.ts";
import { createLog } from "../legacy/log.ts";
import { createLegacyMonitoring, serveMetrics } from "../legacy/server.ts";
import { openDatabase } from "../store/database.ts";
import { migrate } from "../store/migrate.ts";
import { both } from "../telemetry/monitor.ts";
import { createOtelMonitor } from "../telemetry/otel.ts";
import { addRoutes } from "./routes.ts";
import { shareOf } from "./share.ts";
import { archiveDue } from "./write.ts";

const env = environment(process.env);
const log = createLog("archive", env.text("LOG_LEVEL", "info"));
const name = env.text("POD_NAME");
const share = shareOf(name, env.number("ARCHIVES", 1));
const legacy = createLegacyMonitoring(env.legacyOn());
const database = openDatabase({
  url: env.text("DATABASE_URL"),
  monitor: both(legacy.monitor, createOtelMonitor(metrics.getMeter("flashcards"))),
  seconds: clock.seconds,
  onIdleError: (error) =>
    log.warn({ event: "database.error", error_type: "Database" }, error.message),
});
await onceItWorks("building the schema", () => migrate(database));

const archive = {
  database,
  tracer: trace.getTracer("flashcards"),
  log,
  folder: env.text("ARCHIVE_FOLDER"),
  name,
  share,
};
/** One round at a time: a slow one is not overtaken. */
let round = Promise.resolve();
const archiving = setInterval(
  () => {
    round = round.then(async () => {
      await archiveDue(archive);
    });
    round = round.catch(() => undefined);
  },
  env.number("ARCHIVE_MS", 10_000),
);

const health = { draining: false };
const app = createServer(log, health);
addRoutes(app, archive);
const metricsServer = await serveMetrics(legacy, env.number("METRICS_PORT", 9464));
stopOnSignal(
  await start({
    app,
    health,
    port: env.number("PORT", 8080),
    drainMs: env.number("DRAIN_MS", 3000),
    sleep: clock.sleep,
    stop: [
      async () => clearInterval(archiving),
      () => round,
      database.close,
      async () => metricsServer.close(),
    ],
  }),
);
log.info({ event: "started" }, "archive listens");
