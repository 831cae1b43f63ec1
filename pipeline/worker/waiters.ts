/** Requests that wait for an item of theirs to come back out of the queue. */
import { PipelineError } from "../domain/errors.ts";
import { type ItemResult } from "../store/results.ts";

export interface Waiters {
  wait: (requestId: string) => Promise<ItemResult>;
  resolve: (requestId: string, result: ItemResult) => void;
  reject: (requestId: string, error: PipelineError) => void;
}

export const createWaiters = (timeoutMs: number): Waiters => {
  const waiting = new Map<
    string,
    { resolve: (result: ItemResult) => void; reject: (error: Error) => void }
  >();
  return {
    wait: (requestId) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => settled(() => reject(new PipelineError("Processing", "the item took too long"))),
          timeoutMs,
        );
        const settled = (act: () => void): void => {
          clearTimeout(timer);
          waiting.delete(requestId);
          act();
        };
        waiting.set(requestId, {
          resolve: (result) => settled(() => resolve(result)),
          reject: (error) => settled(() => reject(error)),
        });
      }),
    resolve: (requestId, result) => waiting.get(requestId)?.resolve(result),
    reject: (requestId, error) => waiting.get(requestId)?.reject(error),
  };
};
