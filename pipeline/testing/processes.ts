/** Real programs as plain processes on loopback, for tests. */
import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

export interface Running {
  child: ChildProcess;
  output: () => string;
  /** Ends the process and waits until it is gone; its exit code. */
  stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

export const run = (program: string, args: readonly string[], options: SpawnOptions): Running => {
  const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const keep = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  child.on("error", (error) => {
    output += error.message;
  });
  const exited = new Promise<number | null>((resolve) => {
    child.once("close", resolve);
    child.once("error", () => resolve(null));
  });
  return {
    child,
    output: () => output,
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return exited;
    },
  };
};

/** Asks until there is an answer; an answer of `undefined` or an error means not yet. */
export const eventually = async <T>(
  what: string,
  ask: () => Promise<T | undefined>,
  seconds = 30,
): Promise<T> => {
  const end = performance.now() + seconds * 1000;
  let last: unknown;
  while (performance.now() < end) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await sleep(50);
  }
  throw new Error(`gave up waiting for ${what} after ${seconds} s`, { cause: last });
};
