/** Programs as child processes on loopback. */
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { run, type Running } from "../../pipeline/testing/processes.ts";
import { freePort } from "../../tools/ports.ts";

export interface Program {
  name: string;
  /** From the root of the repository. */
  main: string;
  /** Names of the variables that hold its port and the path that answers when it is ready. */
  port?: string;
  ready?: string;
}

export interface Started {
  url: string;
  pid: number;
  /** From the start of the process to the first answer. */
  readyMs: number;
  stop: () => Promise<unknown>;
}

const root = join(import.meta.dirname, "../..");

const DEADLINE_MS = 30_000;
/** Start-up times are told apart to this. */
const LOOK_EVERY_MS = 5;

/** Starts it and waits until it is ready; a program that is not is ended before the error. */
export const start = async (
  { name, main, port = "PORT", ready = "/readyz" }: Program,
  env: Record<string, string>,
): Promise<Started> => {
  const number = await freePort();
  const ports = { [port]: String(number), METRICS_PORT: String(await freePort()) };
  const began = performance.now();
  const running = run(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", join(root, main)],
    { env: { ...ports, ...env } },
  );
  const url = `http://127.0.0.1:${number}`;
  const stop = (): Promise<unknown> => running.stop("SIGKILL");
  try {
    await answering(running, { name, url: `${url}${ready}`, until: began + DEADLINE_MS });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, pid: running.child.pid ?? 0, readyMs: performance.now() - began, stop };
};

interface Awaited {
  name: string;
  url: string;
  until: number;
}

const answering = async (running: Running, { name, url, until }: Awaited): Promise<void> => {
  while (!(await answers(url))) {
    if (running.child.exitCode !== null)
      throw new Error(`${name} ended before it was ready: ${running.output().slice(-500)}`);
    if (performance.now() > until)
      throw new Error(
        `${name} was not ready on ${url} after ${DEADLINE_MS / 1000} s: ${running.output().slice(-500)}`,
      );
    await setTimeout(LOOK_EVERY_MS);
  }
};

const answers = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS) }).then(
    ({ ok }) => ok,
    () => false,
  );
