/** Reads as many messages as there are free places, keeps hold of them, and takes over those of the dead. */
import { type Log } from "../legacy/log.ts";
import { type Consumer } from "../queue/consumer.ts";
import { type Message } from "../queue/message.ts";
import { type Monitor } from "../telemetry/monitor.ts";

export interface LoopOptions {
  consumer: Consumer;
  handle: (message: Message) => Promise<void>;
  limit: number;
  blockMs: number;
  /** A message untouched for so long belongs to a dead worker. */
  claimIdleMs: number;
  monitor: Monitor;
  log: Log;
  seconds: () => number;
  sleep: (milliseconds: number) => Promise<void>;
}

export interface Loop {
  inFlight: () => number;
  stopping: () => boolean;
  /** Stops reading and waits for what is in flight. */
  stop: () => Promise<void>;
}

export const startLoop = (options: LoopOptions): Loop => {
  const { consumer, handle, limit, blockMs, claimIdleMs, monitor, log, seconds, sleep } = options;
  const held = new Map<string, { message: Message; done: Promise<void> }>();
  let stopping = false;

  const take = (message: Message): void => {
    const key = `${message.stream} ${message.id}`;
    if (held.has(key)) return;
    const done = handle(message).finally(() => held.delete(key));
    held.set(key, { message, done });
  };

  const freePlace = async (): Promise<void> => {
    const start = seconds();
    await Promise.race([...held.values()].map(({ done }) => done));
    monitor.concurrencyWait({ seconds: seconds() - start });
  };

  const readOnce = async (): Promise<void> => {
    if (held.size >= limit) return freePlace();
    for (const message of await consumer.read(limit - held.size, blockMs)) take(message);
    return undefined;
  };

  const keepHold = async (): Promise<void> => {
    await consumer.touch([...held.values()].map(({ message }) => message));
    const free = limit - held.size;
    if (free > 0) for (const message of await consumer.claim(free, claimIdleMs)) take(message);
  };

  /** Redis may be away, or come back empty: then the group has to be made again. */
  const recovering = async (act: () => Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      log.warn(
        { event: "queue.error", error_type: "Network", success: false },
        (error as Error).message.slice(0, 200),
      );
      await sleep(500);
      await consumer.prepare().catch(() => undefined);
    }
  };

  const repeatedly = async (act: () => Promise<void>, pauseMs: number): Promise<void> => {
    while (!stopping) {
      await recovering(act);
      if (pauseMs > 0) await sleep(pauseMs);
    }
  };

  const reading = repeatedly(readOnce, 0);
  void repeatedly(keepHold, claimIdleMs / 3);
  return {
    inFlight: () => held.size,
    stopping: () => stopping,
    stop: async () => {
      stopping = true;
      await reading;
      await Promise.all([...held.values()].map(({ done }) => done));
    },
  };
};
