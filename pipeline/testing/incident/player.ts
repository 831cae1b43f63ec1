/** Plays the incident to both emitters, as a service with the agent in front would live through it. */
import { metrics } from "@opentelemetry/api";
import { setTimeout as sleep } from "node:timers/promises";
import { createLegacyMonitoring, serveMetrics } from "../../legacy/server.ts";
import { boundaries } from "../../telemetry/boundaries.ts";
import { both, type DatabaseOperation } from "../../telemetry/monitor.ts";
import { createOtelMonitor } from "../../telemetry/otel.ts";
import { type Act, acts, gauged, tick, TICK_MS } from "./script.ts";

const legacy = createLegacyMonitoring(true);
const meter = metrics.getMeter("flashcards");
const monitor = both(legacy.monitor, createOtelMonitor(meter));
/** In a service the agent measures its queries; here nothing is queried. */
const queries = meter.createHistogram("db.client.operation.duration", {
  unit: "s",
  advice: { explicitBucketBoundaries: boundaries.database },
});

let present: Act["name"] = "healthy";
const names = Object.keys(gauged(present)) as (keyof ReturnType<typeof gauged>)[];
for (const name of names) monitor.gauge(name, () => gauged(present)[name]);

const told = {
  ...monitor,
  database: (operation: DatabaseOperation) => {
    monitor.database(operation);
    queries.record(operation.seconds, {
      "db.system.name": "postgresql",
      "db.operation.name": operation.operation,
      "db.collection.name": operation.table,
    });
  },
};

const server = await serveMetrics(legacy, Number(process.env["METRICS_PORT"]));
for (const { name, seconds } of acts) {
  present = name;
  console.log(`ACT ${name}`);
  for (let nth = 0; nth < (seconds * 1000) / TICK_MS; nth += 1) {
    tick(name, told);
    await sleep(TICK_MS);
  }
}
console.log("ACT end");
process.once("SIGTERM", () => server.close());
