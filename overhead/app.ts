/** The application as a process of its own on a port of its own. */
import { spawn } from "node:child_process";
import { connect } from "node:net";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { descendants, quietReader } from "../loadtest/schedstat.ts";
import { freePort } from "../tools/ports.ts";

export interface AppSettings {
  /** As typed into a shell. */
  command: string;
  cwd: string;
  env: Record<string, string | undefined>;
  /** Where its items go when nobody moves it. */
  url: URL;
  /** Path of move.cjs, which does. */
  move: string;
}

export interface App {
  /** Address without a path. */
  url: string;
  /** CPU nanoseconds of the application so far, all its processes and threads, once it rests. */
  cpu: () => Promise<number>;
  stop: () => Promise<void>;
}

const DEADLINE_MS = 30_000;
const LOOK_EVERY_MS = 20;
const SHOWN = 1000;

/** Starts it and waits until it listens; the error of one that does not holds its last words. */
export const startApp = async (
  { command, cwd, env, url, move }: AppSettings,
  signal: AbortSignal,
): Promise<App> => {
  const port = await freePort();
  const child = spawn("sh", ["-c", command], {
    cwd,
    // A group of its own, so that whatever it starts ends with it.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...env,
      NODE_OPTIONS: `--require ${move} ${env["NODE_OPTIONS"] ?? ""}`.trim(),
      FLASHCARD_OTEL_MOVE_PORT: `${portOf(url)}:${port}`,
    },
  });
  let output = "";
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-SHOWN);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const gone = once(child, "close");
  const stop = async (): Promise<void> => {
    endGroup(child.pid);
    await gone;
  };
  try {
    await listening({ port, url, ended: () => child.exitCode !== null, signal });
  } catch (cause) {
    await stop();
    throw new Error(`starting "${command}": ${(cause as Error).message}; it said: ${output}`, {
      cause,
    });
  }
  const pid = child.pid ?? 0;
  return {
    url: `${url.protocol}//${url.hostname}:${port}`,
    cpu: quietReader(() => descendants(pid)),
    stop,
  };
};

const portOf = ({ port, protocol }: URL): number =>
  port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);

const endGroup = (pid: number | undefined): void => {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
};

interface Awaited {
  port: number;
  url: URL;
  ended: () => boolean;
  signal: AbortSignal;
}

/** A connection is no request: it leaves both twins with the same history. */
const listening = async ({ port, url, ended, signal }: Awaited): Promise<void> => {
  const until = performance.now() + DEADLINE_MS;
  while (!(await accepts(port, url.hostname))) {
    signal.throwIfAborted();
    if (ended()) throw new Error("it ended before it listened");
    if (performance.now() > until)
      throw new Error(
        `nothing listened on port ${portOf(url)} (moved to ${port}) after ${DEADLINE_MS / 1000} s; is it a Node program, and the port of --url its own?`,
      );
    await setTimeout(LOOK_EVERY_MS);
  }
};

const accepts = (port: number, host: string): Promise<boolean> =>
  new Promise((answer) => {
    const socket = connect(port, host);
    socket.once("connect", () => {
      socket.destroy();
      answer(true);
    });
    socket.once("error", () => answer(false));
  });
