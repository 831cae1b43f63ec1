import { z } from "zod";
import { itemSchema } from "../domain/item.ts";
import { type Carrier } from "../telemetry/carrier.ts";

/** What a message is about: an item of a batch, or a single item that somebody waits for. */
const workSchema = itemSchema.extend({
  position: z.coerce.number().int().positive(),
  itemId: z.string().optional(),
  batchId: z.string().optional(),
  requestId: z.string().optional(),
  attempt: z.coerce.number().int().positive().default(1),
});

export type Work = z.infer<typeof workSchema>;

export interface Message {
  stream: string;
  id: string;
  work: Work;
  carrier: Carrier;
}

const carrierFields = new Set(["traceparent", "tracestate", "baggage"]);

export const encode = (work: Work): string[] =>
  Object.entries(work).flatMap(([name, value]) =>
    value === undefined ? [] : [name, String(value)],
  );

/** A message that cannot be read is `undefined`: it will never become readable. */
export const decode = (
  stream: string,
  id: string,
  fields: readonly string[],
): Message | undefined => {
  const carrier: Carrier = {};
  const values: Record<string, string> = {};
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = fields[index] ?? "";
    (carrierFields.has(name) ? carrier : values)[name] = fields[index + 1] ?? "";
  }
  const work = workSchema.safeParse(values);
  return work.success ? { stream, id, work: work.data, carrier } : undefined;
};
