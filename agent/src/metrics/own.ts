/** The instruments the agent fills by itself, so that rates and durations are right at any sampling. */
import { stats } from "../core/stats.ts";
import type { Instrument } from "./instrument.ts";
import { meters } from "./registry.ts";

export const OWN_SCOPE = { name: "flashcard-otel", version: "" };

const HTTP_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const DATABASE_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
const ROWS = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

export const seconds = (name: string, bounds: readonly number[]): Instrument =>
  meters.instrument(OWN_SCOPE, { name, kind: "histogram", unit: "s", bounds });

/** What only grows, one by one. */
export const counter = (name: string, unit: string): Instrument =>
  meters.instrument(OWN_SCOPE, { name, kind: "counter", unit, integer: true });

export const serverDuration = seconds("http.server.request.duration", HTTP_SECONDS);
export const clientDuration = seconds("http.client.request.duration", HTTP_SECONDS);
export const databaseDuration = seconds("db.client.operation.duration", DATABASE_SECONDS);
export const rowsAffected = meters.instrument(OWN_SCOPE, {
  name: "db.rows_affected",
  kind: "histogram",
  unit: "{row}",
  bounds: ROWS,
});

/** What the agent recorded and what it had to leave out. */
const SELF = [
  ["flashcard_otel.spans", "spans"],
  ["flashcard_otel.spans.dropped", "droppedSpans"],
  ["flashcard_otel.logs", "logs"],
  ["flashcard_otel.logs.dropped", "droppedLogs"],
  ["flashcard_otel.posts.failed", "failedPosts"],
  ["flashcard_otel.faults", "faults"],
] as const;

export function reportSelf(): void {
  const instruments = SELF.map(([name, key]) => {
    const instrument = meters.instrument(OWN_SCOPE, {
      name,
      kind: "counter",
      unit: "1",
      integer: true,
      observed: true,
    });
    return { series: instrument.series({}), key };
  });
  meters.observe(() => {
    for (const { series, key } of instruments) series.record(stats[key]);
  });
}
