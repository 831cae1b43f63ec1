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

export class Loop {
  private readonly held = new Map<string, { message: Message; done: Promise<void> }>();
  private readonly options: LoopOptions;
  private reading: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(options: LoopOptions) {
    this.options = options;
  }

  start(): void {
    this.reading = this.repeatedly(() => this.readOnce(), 0);
    void this.repeatedly(() => this.keepHold(), this.options.claimIdleMs / 3);
  }

  /** Stops reading and waits for what is in flight. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.reading;
    await Promise.all([...this.held.values()].map(({ done }) => done));
  }

  inFlight(): number {
    return this.held.size;
  }

  stopping(): boolean {
    return this.stopped;
  }

  private take(message: Message): void {
    const key = `${message.stream} ${message.id}`;
    if (this.held.has(key)) return;
    const done = this.options.handle(message).finally(() => this.held.delete(key));
    this.held.set(key, { message, done });
  }

  private async readOnce(): Promise<void> {
    const { consumer, limit, blockMs } = this.options;
    if (this.held.size >= limit) return this.freePlace();
    for (const message of await consumer.read(limit - this.held.size, blockMs)) this.take(message);
    return undefined;
  }

  private async freePlace(): Promise<void> {
    const { seconds, monitor } = this.options;
    const start = seconds();
    await Promise.race([...this.held.values()].map(({ done }) => done));
    monitor.concurrencyWait({ seconds: seconds() - start });
  }

  private async keepHold(): Promise<void> {
    const { consumer, limit, claimIdleMs } = this.options;
    await consumer.touch([...this.held.values()].map(({ message }) => message));
    const free = limit - this.held.size;
    if (free <= 0) return;
    for (const message of await consumer.claim(free, claimIdleMs)) this.take(message);
  }

  private async repeatedly(act: () => Promise<void>, pauseMs: number): Promise<void> {
    while (!this.stopped) {
      await act().catch((error: unknown) => this.recover(error as Error));
      if (pauseMs > 0) await this.options.sleep(pauseMs);
    }
  }

  /** Redis may be away, or come back empty: then the group has to be made again. */
  private async recover({ message }: Error): Promise<void> {
    const { log, sleep, consumer } = this.options;
    const fields = { event: "queue.error", error_type: "Network", success: false };
    log.warn(fields, message.slice(0, 200));
    await sleep(500);
    await consumer.prepare().catch(() => undefined);
  }
}
