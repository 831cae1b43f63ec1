import { metrics, trace } from "@opentelemetry/api";
import { onceItWorks, systemClock as clock } from "../http/process.ts";
import { openService, serve } from "../http/service.ts";
import { openDatabase } from "../store/database.ts";
import { migrate } from "../store/migrate.ts";
import { both } from "../telemetry/monitor.ts";
import { createOtelMonitor } from "../telemetry/otel.ts";
import { addRoutes } from "./routes.ts";
import { shareOf } from "./share.ts";
import { archiveDue } from "./write.ts";

const service = openService("archive");
const { env, log, legacy } = service;
const name = env.text("POD_NAME");
const share = shareOf(name, env.number("ARCHIVES", 1));
const database = openDatabase({
  url: env.text("DATABASE_URL"),
  monitor: both(legacy.monitor, createOtelMonitor(metrics.getMeter("flashcards"))),
  seconds: clock.seconds,
  log,
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

await serve(service, {
  addRoutes: (app) => addRoutes(app, archive),
  stop: [async () => clearInterval(archiving), () => round, database.close],
});
