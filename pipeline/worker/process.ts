/**
 * What becomes of one message:
 *   done                    -> rows written, message finished
 *   a neighbour is degraded -> wait, try again, as long as we run; nobody's fault
 *   failed, may try again   -> counted, message to the end of the queue
 *   failed for the last time-> quarantined, message finished
 *   the database is away    -> nothing is known: the message stays pending and is claimed again later
 */
import { SpanKind, type Tracer } from "@opentelemetry/api";
import { asPipelineError, isDegraded, type PipelineError } from "../domain/errors.ts";
import { type Throughput } from "../domain/throughput.ts";
import { type Fields, type Log } from "../legacy/log.ts";
import { type Consumer } from "../queue/consumer.ts";
import { type Message, type Work } from "../queue/message.ts";
import { type Database } from "../store/database.ts";
import {
  complete,
  completeAlone,
  type EndedBatch,
  fail,
  type ItemResult,
} from "../store/results.ts";
import { extracted } from "../telemetry/carrier.ts";
import { type Monitor } from "../telemetry/monitor.ts";
import { withSpan } from "../telemetry/spans.ts";
import { type MakeCards } from "./cards.ts";
import { type Waiters } from "./waiters.ts";

export const MAX_ATTEMPTS = 3;

const longestPauseMs = 5000;
const shortestPauseMs = 250;

export interface ProcessDependencies {
  makeCards: MakeCards;
  consumer: Pick<Consumer, "finish" | "requeue">;
  database: Database;
  waiters: Waiters;
  throughput: Throughput;
  monitor: Monitor;
  tracer: Tracer;
  log: Log;
  seconds: () => number;
  sleep: (milliseconds: number) => Promise<void>;
  stopping: () => boolean;
  quarantined: () => void;
}

const fieldsOf = ({ batchId, position, attempt }: Work): Omit<Fields, "event"> => ({
  batch_id: batchId,
  item_position: position,
  attempt,
});

const pauseOf = ({ retryAfterSeconds }: PipelineError): number =>
  Math.min(longestPauseMs, Math.max(shortestPauseMs, (retryAfterSeconds ?? 0) * 1000));

export const processor = (
  dependencies: ProcessDependencies,
): ((message: Message) => Promise<void>) => {
  const { tracer, log } = dependencies;
  return async (message) => {
    const { work, carrier } = message;
    const operation = {
      name: "pipeline.process_word",
      kind: SpanKind.CONSUMER,
      parent: extracted(carrier),
      attributes: {
        "messaging.system": "redis",
        "messaging.operation.type": "process",
        attempt: work.attempt,
      },
    };
    try {
      await withSpan(tracer, operation, () => attempt(dependencies, message));
    } catch (thrown) {
      // Already told by the span and by settleFailure; here only what nobody could settle is left.
      const error = asPipelineError(thrown);
      if (error.type === "Database")
        log.error(
          { event: "item.left", ...fieldsOf(work), error_type: error.type },
          "item left for later",
        );
    }
  };
};

const attempt = async (dependencies: ProcessDependencies, message: Message): Promise<void> => {
  const start = dependencies.seconds();
  try {
    const result = await patiently(dependencies, message.work);
    if (!result) return;
    await settle(dependencies, message, result);
    const duration_ms = Math.round((dependencies.seconds() - start) * 1000);
    dependencies.log.info(
      {
        event: "item.completed",
        ...fieldsOf(message.work),
        stage: "completed",
        duration_ms,
        success: true,
      },
      "item completed",
    );
  } catch (thrown) {
    const error = asPipelineError(thrown);
    if (error.type !== "Database") await settleFailure(dependencies, message, error);
    throw thrown;
  }
};

/** `undefined`: we are stopping; somebody else will take the message over. */
const patiently = async (
  { makeCards, sleep, stopping, log }: ProcessDependencies,
  work: Work,
): Promise<ItemResult | undefined> => {
  for (;;) {
    try {
      return await makeCards(work);
    } catch (thrown) {
      const error = asPipelineError(thrown);
      if (!isDegraded(error)) throw thrown;
      if (stopping()) return undefined;
      log.warn(
        { event: "item.waits", ...fieldsOf(work), error_type: error.type, error_code: error.code },
        "gateway is degraded",
      );
      await sleep(pauseOf(error));
    }
  }
};

const settle = async (
  dependencies: ProcessDependencies,
  message: Message,
  result: ItemResult,
): Promise<void> => {
  const { database, consumer, waiters } = dependencies;
  const { itemId, requestId, position, term, type } = message.work;
  if (itemId) batchEnded(dependencies, await complete(database, itemId, result));
  else if (requestId)
    await completeAlone(database, { requestId, item: { position, term, type } }, result);
  await consumer.finish(message);
  if (requestId) waiters.resolve(requestId, result);
};

const settleFailure = async (
  dependencies: ProcessDependencies,
  message: Message,
  error: PipelineError,
): Promise<void> => {
  const { database, consumer, waiters, log } = dependencies;
  const { itemId, requestId } = message.work;
  const fields = {
    ...fieldsOf(message.work),
    success: false,
    error_type: error.type,
    error_code: error.code,
  };
  if (requestId || !itemId) {
    await consumer.finish(message);
    log.warn({ event: "item.failed", ...fields, stage: "failed" }, "item failed");
    if (requestId) waiters.reject(requestId, error);
    return;
  }
  const failure = await fail(database, itemId, {
    errorType: error.type,
    maxAttempts: MAX_ATTEMPTS,
  });
  if (failure && !failure.quarantined) {
    await consumer.requeue(message);
    log.warn({ event: "item.requeued", ...fields }, "item failed and goes to the end of the queue");
    return;
  }
  if (failure) dependencies.quarantined();
  batchEnded(dependencies, failure?.ended);
  await consumer.finish(message);
  log.error({ event: "item.quarantined", ...fields, stage: "failed" }, "item quarantined");
};

const batchEnded = (
  { monitor, throughput, log }: ProcessDependencies,
  batch: EndedBatch | undefined,
): void => {
  if (!batch) return;
  const success = batch.status === "completed";
  monitor.batch({ stage: batch.status === "failed" ? "failed" : "completed", success });
  throughput.add({ words: batch.total, seconds: batch.seconds });
  const duration_ms = Math.round(batch.seconds * 1000);
  log.info({ event: "batch.ended", batch_id: batch.id, duration_ms, success }, "batch ended");
};
