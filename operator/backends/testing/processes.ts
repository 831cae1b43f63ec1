/** Real programs as processes on loopback. For tests only. */
import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../../tools/ports.ts";

export interface Running {
  child: ChildProcess;
  output: () => string;
}

export const start = (
  program: string,
  args: string[],
  env: Record<string, string> = {},
): Running => {
  const stdio: StdioOptions = ["ignore", "pipe", "pipe"];
  const child = spawn(program, args, { stdio, env: { ...process.env, ...env } });
  let output = "";
  const keep = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  return { child, output: () => output };
};

export const stop = async ({ child }: Running): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), 5000);
  await gone;
  clearTimeout(late);
};

export const up = async (url: string, { child, output }: Running): Promise<void> => {
  for (let attempt = 0; attempt < 300 && child.exitCode === null; attempt++) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`${url} does not answer: ${output().slice(-2000)}`);
};

export const ports = async (count: number): Promise<string[]> => {
  const taken: number[] = [];
  while (taken.length < count) taken.push(await freePort());
  return taken.map((port) => `127.0.0.1:${port}`);
};

/** Asks until the answer is there. */
export const eventually = async <T>(
  what: string,
  ask: () => Promise<T | undefined>,
  seconds = 20,
): Promise<T> => {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(200);
  }
  throw new Error(`gave up waiting for ${what} after ${seconds} s`);
};
