/**
 * Stepping into an asynchronous context and out of it without copying everything that is current there.
 *
 * Node 24 keeps the stores of all `AsyncLocalStorage`s in one Map per context, a frame. `run()` copies the present frame on the
 * way in and once more on the way out, entry by entry, which is most of what it costs. The way out needs nothing but the frame
 * that was there before, and on the way in there is nothing to copy while ours is the only store. Both need the frames
 * themselves: Node keeps them to itself, but hangs one on every `AsyncResource`. Where none is found, or where they do not
 * behave as they should, `run()` does it (`docs/decisions/0008`).
 */
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";

/** The stores that are current. Never changed, only replaced. */
interface Frame {
  readonly size: number;
  has(store: object): boolean;
  get(store: object): unknown;
}

interface Frames {
  current(): Frame | undefined;
  set(frame: Frame | undefined): void;
}

/** The class of the frames knows which one is current. */
function find(): Frames | null {
  const store = new AsyncLocalStorage();
  const resource = store.run(store, () => new AsyncResource("flashcard-otel"));
  const symbol = Object.getOwnPropertySymbols(resource).find(
    ({ description }) => description === "context_frame",
  );
  const frame = symbol && (resource as unknown as Record<symbol, object | undefined>)[symbol];
  const frames = frame?.constructor as Partial<Frames> | undefined;
  return typeof frames?.current === "function" && typeof frames.set === "function"
    ? (frames as Frames)
    : null;
}

export class Slot<T> {
  private readonly store = new AsyncLocalStorage<T>();
  private readonly frames: Frames | null;

  constructor(frames: Frames | null = usable) {
    this.frames = frames;
  }

  get current(): T | undefined {
    return this.store.getStore();
  }

  /** From here to the end of this context. */
  enter(value: T): void {
    const { frames, store } = this;
    if (frames !== null) {
      const before = frames.current();
      if (before !== undefined && before.size === 1 && before.has(store)) frames.set(undefined);
    }
    store.enterWith(value);
  }

  run<A extends unknown[], R>(value: T, work: (...args: A) => R, args: A): R {
    const { frames } = this;
    if (frames === null) return this.store.run(value, work, ...args);
    if (this.current === value) return work(...args);
    const before = frames.current();
    this.enter(value);
    const inside = frames.current();
    try {
      return work(...args);
    } finally {
      // Another store that was entered inside stays entered, as it does after `run()`.
      if (frames.current() === inside) frames.set(before);
      else this.store.enterWith(before?.get(this.store) as T);
    }
  }

  /** Without any value of ours. */
  outside<R>(work: () => R): R {
    return this.store.exit(work);
  }
}

/** Whether stepping in and out by frames does what `run()` does, for our store and for another's. */
function behaves(frames: Frames): boolean {
  const slot = new Slot<number>(frames);
  const other = new AsyncLocalStorage<number>();
  const alone = (): boolean =>
    slot.run(1, () => slot.run(2, () => slot.current === 2, []) && slot.current === 1, []);
  const beside = (): boolean =>
    slot.run(3, () => slot.current === 3 && other.getStore() === 4, []) && other.getStore() === 4;
  return alone() && slot.current === undefined && other.run(4, beside) && !other.getStore();
}

const found = safely(find);
const usable = found !== null && safely(() => behaves(found)) === true ? found : null;

function safely<R>(work: () => R): R | null {
  try {
    return work();
  } catch {
    return null;
  }
}
