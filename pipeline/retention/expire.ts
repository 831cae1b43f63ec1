/** Deletes what is older than it is kept, a few at a time until nothing is left. */
import { type Tracer } from "@opentelemetry/api";
import { deleteOldBatches, deleteOldItems, type Retention } from "../store/archives.ts";
import { type Database } from "../store/database.ts";
import { withSpan } from "../telemetry/spans.ts";

export interface Expired {
  batches: number;
  items: number;
}

export const expire = (
  { database, tracer }: { database: Database; tracer: Tracer },
  retention: Retention,
): Promise<Expired> =>
  withSpan(tracer, { name: "pipeline.retention" }, async () => ({
    batches: await exhaust(() => deleteOldBatches(database, retention)),
    items: await exhaust(() => deleteOldItems(database, retention)),
  }));

const exhaust = async (act: () => Promise<number>): Promise<number> => {
  let all = 0;
  for (let some = await act(); some > 0; some = await act()) all += some;
  return all;
};
