/**
 * Nothing may get lost between two stores: what was written to the database and never reached the queue (the pod died in
 * between), or was in a queue that came back empty, is handed to the queue again.
 */
import { type Redis } from "ioredis";
import { lostBatches, readItems, unsentBatches } from "../store/batches.ts";
import { withBatchBaggage } from "../telemetry/carrier.ts";
import { withSpan } from "../telemetry/spans.ts";
import { enqueue, type IngestDependencies } from "./upload.ts";

interface Sweep extends IngestDependencies {
  redis: Redis;
  /** Younger batches may be on their way. */
  patienceSeconds: number;
}

export const sweep = (dependencies: Sweep): Promise<number> => {
  const { database, queue, tracer, log, redis, patienceSeconds } = dependencies;
  return withSpan(tracer, { name: "pipeline.sweep" }, async () => {
    const which = { queue, olderThanSeconds: patienceSeconds };
    const empty = (await redis.xlen(queue)) === 0;
    const batches = [
      ...(await unsentBatches(database, which)),
      ...(empty ? await lostBatches(database, which) : []),
    ];
    for (const { id, total } of batches) {
      const pending = (await readItems(database, id)).filter(({ status }) => status === "pending");
      await withBatchBaggage({ id, size: total }, () => enqueue(dependencies, id, pending));
      log.warn({ event: "batch.resent", batch_id: id }, "batch handed to the queue again");
    }
    return batches.length;
  });
};
