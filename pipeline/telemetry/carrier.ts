/** Trace context and baggage on their way through the queue. */
import { type Context, context, propagation, ROOT_CONTEXT } from "@opentelemetry/api";
import { withBaggage } from "./helpers.ts";

export type Carrier = Record<string, string>;

export const injected = (): Carrier => {
  const carrier: Carrier = {};
  propagation.inject(context.active(), carrier);
  return carrier;
};

/** From the root: whatever is active where messages are read has nothing to do with the message. */
export const extracted = (carrier: Carrier): Context => propagation.extract(ROOT_CONTEXT, carrier);

/** Ours are never about users. */
export const withBatchBaggage = <T>(batch: { id: string; size: number }, work: () => T): T =>
  withBaggage({ "batch.id": batch.id, "batch.size": String(batch.size) }, work);
