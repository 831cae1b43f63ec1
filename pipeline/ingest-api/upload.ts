/** An upload becomes a batch: read, stored, handed to the queue. */
import { type Tracer } from "@opentelemetry/api";
import { asPipelineError, PipelineError } from "../domain/errors.ts";
import { type Mode, type RowError, readUpload } from "../domain/upload.ts";
import { type Log } from "../legacy/log.ts";
import { type Producer } from "../queue/producer.ts";
import { createBatch, markEnqueued, type StoredItem } from "../store/batches.ts";
import { type Database } from "../store/database.ts";
import { withBatchBaggage } from "../telemetry/carrier.ts";
import { type Monitor } from "../telemetry/monitor.ts";
import { withSpan } from "../telemetry/spans.ts";

export interface IngestDependencies {
  database: Database;
  producer: Producer;
  queue: string;
  monitor: Monitor;
  tracer: Tracer;
  log: Log;
  newId: () => string;
  now: () => Date;
  seconds: () => number;
}

export interface Accepted {
  batchId: string;
  accepted: number;
  duplicates: number;
  errors: RowError[];
  errorCount: number;
}

/** Hands a stored batch to the queue. Doing it twice is harmless: results are written once. */
export const enqueue = async (
  { producer, database, queue }: Pick<IngestDependencies, "producer" | "database" | "queue">,
  batchId: string,
  items: readonly StoredItem[],
): Promise<void> => {
  const works = items.map(({ id, position, term, type }) => ({
    itemId: id,
    batchId,
    position,
    term,
    type,
    attempt: 1,
  }));
  await producer.send(queue, works);
  await markEnqueued(database, batchId);
};

const accept = async (
  dependencies: IngestDependencies,
  text: string,
  mode: Mode,
): Promise<Accepted> => {
  const { items, duplicates, errors, errorCount } = readUpload(text, mode);
  if (items.length === 0)
    throw new PipelineError("Ingress", "the file holds no word that can be used");
  const batchId = dependencies.newId();
  const { database, queue } = dependencies;
  await withBatchBaggage({ id: batchId, size: items.length }, async () => {
    const stored = await createBatch(database, {
      id: batchId,
      queue,
      items,
      duplicates,
      errors: errorCount,
    });
    await enqueue(dependencies, batchId, stored);
  });
  return { batchId, accepted: items.length, duplicates, errors, errorCount };
};

export const acceptUpload = async (
  dependencies: IngestDependencies,
  text: string,
  mode: Mode,
): Promise<Accepted> => {
  const { monitor, tracer, log, seconds } = dependencies;
  const start = seconds();
  const told = (words: number, errorType?: PipelineError["type"]): void => {
    const elapsed = seconds() - start;
    monitor.stageRun({ stage: "ingress", words, seconds: elapsed, errorType });
    monitor.batch({ stage: "ingress", success: errorType === undefined });
  };
  try {
    const accepted = await withSpan(tracer, { name: "pipeline.process_batch" }, async (span) => {
      const result = await accept(dependencies, text, mode);
      span.setAttributes({ "batch.id": result.batchId, "batch.size": result.accepted });
      return result;
    });
    told(accepted.accepted);
    const duration_ms = Math.round((seconds() - start) * 1000);
    log.info(
      {
        event: "batch.accepted",
        batch_id: accepted.batchId,
        stage: "ingress",
        duration_ms,
        success: true,
      },
      "batch accepted",
    );
    return accepted;
  } catch (error) {
    told(0, asPipelineError(error).type);
    throw error;
  }
};
