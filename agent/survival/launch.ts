/** Starts a program and watches it from outside, as whoever runs it would. */
import { spawn, type ChildProcess } from "node:child_process";
import type { Outcome } from "./outcome.ts";

export interface Launch {
  command: string[];
  env: Record<string, string>;
  cwd: string;
  /** Nothing is connected to its stdin without it. */
  stdin: string | undefined;
  /** Its stdout is closed at our end. */
  deaf: boolean;
}

export interface Running {
  child: ChildProcess;
  /** Resolves with what follows `READY `; rejects when it ends before. */
  ready: Promise<string>;
  ended: Promise<Omit<Outcome, "answers">>;
}

const DEADLINE_MS = 30_000;

/** In a process group of its own, so that whatever it started ends with it. */
export function launch({ command, env, cwd, stdin, deaf }: Launch): Running {
  const [program = "", ...args] = command;
  const input = stdin === undefined ? "ignore" : "pipe";
  const child = spawn(program, args, { env, cwd, stdio: [input, "pipe", "pipe"], detached: true });
  child.stdin?.on("error", () => undefined).end(stdin);
  if (deaf) child.stdout?.destroy();
  const texts = { out: collect(child.stdout), err: collect(child.stderr) };
  const ended = ending(child).then((end) => ({ ...end, out: texts.out(), err: texts.err() }));
  return { child, ready: readiness(child, ended, texts.out), ended };
}

function collect(stream: ChildProcess["stdout"]): () => string {
  const chunks: Buffer[] = [];
  stream?.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}

type End = Pick<Outcome, "code" | "signal" | "ended" | "ms">;

function ending(child: ChildProcess): Promise<End> {
  const begun = performance.now();
  let inTime = true;
  const deadline = setTimeout(() => {
    inTime = false;
    kill(child);
  }, DEADLINE_MS);
  // A command that this machine does not have is a way to end, too; "close" follows.
  child.on("error", () => undefined);
  return new Promise((resolve) => {
    child.once("close", (code, signal) => {
      clearTimeout(deadline);
      kill(child);
      resolve({ code, signal, ended: inTime, ms: performance.now() - begun });
    });
  });
}

function kill({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing is left of it.
  }
}

function readiness(
  child: ChildProcess,
  ended: Promise<unknown>,
  out: () => string,
): Promise<string> {
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout?.on("data", () => {
      const found = /READY (.*)\n/.exec(out())?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error("ended before it was ready")));
  });
  ready.catch(() => undefined);
  return ready;
}
