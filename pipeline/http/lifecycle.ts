import { type FastifyInstance } from "fastify";
import { type Health } from "./server.ts";

interface Service {
  app: FastifyInstance;
  health: Health;
  port: number;
  /** How long the service goes on serving after it was told to stop: until nobody sends to it any more. */
  drainMs: number;
  sleep: (milliseconds: number) => Promise<void>;
  /** Everything after the last request: workers, stores, the metrics port. In order. */
  stop: (() => Promise<unknown>)[];
}

/** Starts to listen; the function it returns stops without dropping a request. */
export const start = async ({
  app,
  health,
  port,
  drainMs,
  sleep,
  stop,
}: Service): Promise<() => Promise<void>> => {
  await app.listen({ port, host: "0.0.0.0" });
  let stopping: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    health.draining = true;
    await sleep(drainMs);
    await app.close();
    for (const act of stop) await act();
  };
  return () => (stopping ??= end());
};
