/** One run, as a CronJob starts it: exit code 0 when everything old enough is gone. */
import { metrics, trace } from "@opentelemetry/api";
import { environment } from "../http/environment.ts";
import { onceItWorks, systemClock as clock } from "../http/process.ts";
import { createLog } from "../legacy/log.ts";
import { openDatabase } from "../store/database.ts";
import { migrate } from "../store/migrate.ts";
import { createOtelMonitor } from "../telemetry/otel.ts";
import { expire } from "./expire.ts";

const env = environment(process.env);
const log = createLog("retention", env.text("LOG_LEVEL", "info"));
const database = openDatabase({
  url: env.text("DATABASE_URL"),
  // A run is over before anybody scrapes it: the old monitoring knows of it by its log alone.
  monitor: createOtelMonitor(metrics.getMeter("flashcards")),
  seconds: clock.seconds,
  log,
});
try {
  await onceItWorks("building the schema", () => migrate(database));
  const retention = {
    days: env.number("RETENTION_DAYS", 30),
    archivedOnly: env.text("RETENTION_ARCHIVED_ONLY", "off") === "on",
  };
  const { batches, items } = await expire(
    { database, tracer: trace.getTracer("flashcards") },
    retention,
  );
  log.info(
    { event: "retention", success: true },
    `${batches} batches and ${items} single words deleted`,
  );
} finally {
  await database.close();
}
