/** Looks at a collector every second: its figures about itself, over its restarts, and what the kernel says of its memory and time. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Collector } from "../testing/collector.ts";
import { type Figures, figuresOf } from "../testing/figures.ts";

export interface Seen extends Figures {
  peakMiB: number;
  cpuSeconds: number;
  diskMiB: number;
  /** Most that waited at once. */
  mostQueued: number;
}

export interface Watch {
  /** The one to look at from now on. */
  follow: (collector: Collector) => void;
  /** Everything so far, over all that were followed. */
  seen: () => Seen;
  stop: () => Promise<void>;
}

const NOTHING: Seen = {
  accepted: 0,
  refused: 0,
  sent: 0,
  failed: 0,
  turnedAway: 0,
  queued: 0,
  capacity: 0,
  peakMiB: 0,
  cpuSeconds: 0,
  diskMiB: 0,
  mostQueued: 0,
};

const COUNTERS = ["accepted", "refused", "sent", "failed", "turnedAway", "cpuSeconds"] as const;
const PEAKS = ["peakMiB", "diskMiB", "mostQueued"] as const;

/** Two lives of one collector: counters begin at zero again. */
export const together = (before: Seen, now: Seen): Seen => ({
  ...now,
  ...Object.fromEntries(COUNTERS.map((name) => [name, before[name] + now[name]])),
  ...Object.fromEntries(PEAKS.map((name) => [name, Math.max(before[name], now[name])])),
});

export const watch = (first: Collector): Watch => {
  let collector = first;
  let earlier = NOTHING;
  let now = NOTHING;
  const over = new AbortController();
  const run = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await sleep(1000);
      const looked = collector;
      // While it restarts nobody answers; the look before counts.
      const found = await look(looked).catch(() => undefined);
      if (found && looked === collector) now = lasting(now, found);
    }
  };
  const ended = run();
  return {
    follow: (next) => {
      earlier = together(earlier, now);
      now = NOTHING;
      collector = next;
    },
    seen: () => together(earlier, now),
    stop: () => {
      over.abort();
      return ended;
    },
  };
};

/** Within one life: the newest counters, the highest peaks. */
const lasting = (before: Seen, found: Seen): Seen => ({
  ...found,
  ...Object.fromEntries(PEAKS.map((name) => [name, Math.max(before[name], found[name])])),
});

const MIB = 1 << 20;

const look = async ({ places, pid }: Collector): Promise<Seen> => {
  const figures = await figuresOf(places);
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  // Pages of the program's file can be read again at any time, and do not count against a limit for long.
  const ownKiB = Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0);
  return {
    ...figures,
    peakMiB: ownKiB / 1024,
    cpuSeconds: await cpuSecondsOf(pid),
    diskMiB: (await sizeOf(places.queue)) / MIB,
    mostQueued: figures.queued,
  };
};

/** Clock ticks of 10 ms, in user and in system mode. */
const cpuSecondsOf = async (pid: number): Promise<number> => {
  const text = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

const sizeOf = async (folder: string): Promise<number> => {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
};
