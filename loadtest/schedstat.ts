/** CPU time of processes, in nanoseconds, from the kernel's own account of each thread. Linux only. */
import { readdirSync, readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";

/** A thread by a name that no other has at the same time, and the nanoseconds it has used. */
type Account = [thread: string, used: number];

/** What is left to do after an answer belongs to that item: wait a moment until nothing runs any more. */
const MOST_LOOKS = 8;

/** Reads the nanoseconds of these processes once they rest. */
export const quietReader = (pids: () => number[]): (() => Promise<number>) => {
  const cpu = cpuReader(() => pids().flatMap(threadsOf));
  return async () => {
    let before = cpu();
    for (let look = 1; look < MOST_LOOKS; look += 1) {
      await setImmediate();
      const now = cpu();
      if (now === before && !pids().some(isRunning)) break;
      before = now;
    }
    return before;
  };
};

/** Returns the sum so far. Threads that ended keep what they had at the last look. */
export const cpuReader = (look: () => Account[]): (() => number) => {
  const seen = new Map<string, number>();
  return () => {
    for (const [thread, used] of look()) remember(seen, thread, used);
    let sum = 0;
    for (const used of seen.values()) sum += used;
    if (sum === 0)
      throw new Error(
        "no CPU time in /proc/<pid>/task/*/schedstat: this kernel does not count it, or there is no process",
      );
    return sum;
  };
};

/** A number that was given to a new thread starts below the old one's: what the old one used is kept under another name. */
const remember = (seen: Map<string, number>, thread: string, used: number): void => {
  const before = seen.get(thread) ?? 0;
  if (used < before) seen.set(`${thread} before ${seen.size}`, before);
  seen.set(thread, used);
};

export const threadsOf = (pid: number): Account[] =>
  entries(`/proc/${pid}/task`).flatMap((thread): Account[] => {
    const text = read(`/proc/${pid}/task/${thread}/schedstat`);
    return text === undefined
      ? []
      : [[`${pid}/${thread}`, Number(text.slice(0, text.indexOf(" ")))]];
  });

/** A process and whatever it has started, and so on. */
export const descendants = (pid: number): number[] => {
  const children = entries(`/proc/${pid}/task`).flatMap((thread) =>
    (read(`/proc/${pid}/task/${thread}/children`) ?? "").split(" ").filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(descendants)];
};

/** Everything in this process namespace but the pause process and ourselves. */
export const neighbours = (own: number): number[] =>
  entries("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid > 1 && pid !== own);

/** A main thread that runs has used more than its last account says. */
const isRunning = (pid: number): boolean => {
  const text = read(`/proc/${pid}/stat`) ?? "";
  return text.slice(text.lastIndexOf(")") + 2).startsWith("R");
};

/** Processes end while they are looked at. */
const gone = (error: unknown): boolean =>
  ["ENOENT", "ESRCH"].includes((error as { code?: string }).code ?? "");

const entries = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (gone(error)) return [];
    throw error;
  }
};

const read = (file: string): string | undefined => {
  try {
    return readFileSync(file, "latin1");
  } catch (error) {
    if (gone(error)) return undefined;
    throw error;
  }
};
