/** Keys that want a look: each one at a time, however often it is asked for, again after the time its last look named. */

export interface QueueOptions {
  /** Looks at a key; the seconds until the next look, or undefined when there is nothing more to look at. Must not throw. */
  work: (key: string) => Promise<number | undefined>;
  concurrency?: number;
  /** Changes come in bursts: one look answers all of them. */
  settleMs?: number;
  /** Between two looks at one key that changes ask for, so that a busy namespace cannot make us busy. */
  spacingMs?: number;
}

interface Entry {
  dueAt: number;
  runningSince: number | undefined;
  endedAt: number;
  /** Asked for while it was running. */
  again: boolean;
}

export class Queue {
  readonly #options: Required<QueueOptions>;
  readonly #entries = new Map<string, Entry>();
  readonly #running = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: QueueOptions) {
    this.#options = { concurrency: 4, settleMs: 200, spacingMs: 1000, ...options };
  }

  /** Wants a look at a key: soon, or once more after the one that is going on. */
  add(key: string): void {
    const fresh: Entry = {
      dueAt: Infinity,
      runningSince: undefined,
      endedAt: -Infinity,
      again: false,
    };
    const entry = this.#entries.get(key) ?? fresh;
    this.#entries.set(key, entry);
    entry.again = true;
    entry.dueAt = Math.min(entry.dueAt, this.#soon(entry));
    this.#turn();
  }

  /** Waiting and running keys. */
  get size(): number {
    return this.#entries.size;
  }

  /** How long the slowest look of the moment has been going on. */
  longestRunMs(): number {
    const since = [...this.#entries.values()].flatMap(({ runningSince }) => runningSince ?? []);
    return since.length === 0 ? 0 : performance.now() - Math.min(...since);
  }

  /** Starts nothing more and waits for what runs. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#running);
  }

  #soon({ endedAt }: Entry): number {
    const { settleMs, spacingMs } = this.#options;
    return Math.max(performance.now() + settleMs, endedAt + spacingMs);
  }

  /** Starts what is due and sets the alarm for what is not. */
  #turn(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    const now = performance.now();
    for (const [key, entry] of this.#waiting()) {
      if (this.#running.size >= this.#options.concurrency) return;
      if (entry.dueAt > now) {
        this.#timer = setTimeout(() => this.#turn(), Math.ceil(entry.dueAt - now));
        return;
      }
      this.#begin(key, entry);
    }
  }

  #waiting(): [string, Entry][] {
    return [...this.#entries]
      .filter(([, { runningSince }]) => runningSince === undefined)
      .toSorted(([, one], [, other]) => one.dueAt - other.dueAt);
  }

  #begin(key: string, entry: Entry): void {
    const look = this.#look(key, entry).finally(() => {
      this.#running.delete(look);
      this.#turn();
    });
    this.#running.add(look);
  }

  async #look(key: string, entry: Entry): Promise<void> {
    entry.runningSince = performance.now();
    entry.again = false;
    const seconds = await this.#options.work(key);
    entry.runningSince = undefined;
    entry.endedAt = performance.now();
    if (this.#askedAgain(entry)) entry.dueAt = this.#soon(entry);
    else if (seconds === undefined) this.#entries.delete(key);
    else entry.dueAt = entry.endedAt + seconds * 1000;
  }

  /** A function of its own, because `add` changes it while `#look` waits. */
  #askedAgain({ again }: Entry): boolean {
    return again;
  }
}
