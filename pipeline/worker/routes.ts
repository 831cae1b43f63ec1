import { type FastifyInstance } from "fastify";
import { z } from "zod";
import { itemSchema } from "../domain/item.ts";
import { type Producer } from "../queue/producer.ts";
import { type Waiters } from "./waiters.ts";

interface Dependencies {
  producer: Producer;
  waiters: Waiters;
  /** The stream that only this process reads. */
  own: string;
  newId: () => string;
}

/** With `itemId`, a quarantined item of a batch is done again. */
const bodySchema = itemSchema.extend({ itemId: z.string().regex(/^\d+$/).optional() });

/** One item through the very queue that everything passes, for replays and trials. */
export const addRoutes = (
  app: FastifyInstance,
  { producer, waiters, own, newId }: Dependencies,
): void => {
  app.post("/items", async (request) => {
    const { itemId, ...item } = bodySchema.parse(request.body);
    const requestId = newId();
    const answer = waiters.wait(requestId);
    try {
      await producer.send(own, [{ ...item, ...(itemId ? { itemId } : {}), requestId, attempt: 1 }]);
    } catch (error) {
      answer.catch(() => undefined);
      throw error;
    }
    const { cards, cachedStage1, cachedStage2 } = await answer;
    return { rows: cards, cached_stage1: cachedStage1, cached_stage2: cachedStage2 };
  });
};
