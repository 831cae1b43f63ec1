import { spawn } from "node:child_process";
import type { Environment } from "./settings.ts";
import { Trouble } from "./trouble.ts";

export interface RunOptions {
  cwd?: string;
  env?: Environment;
  /** A stream or file descriptor, or nothing. */
  stdin?: "ignore" | "inherit" | number;
  seconds?: number;
  /** Called with every line of stderr as it comes. */
  onLine?: (line: string) => void;
}

const lastLines = (text: string): string => text.trim().split("\n").slice(-15).join("\n  ");

const failure = (what: string, how: string, output: string): Trouble =>
  new Trouble(`${what}\n  ${how}; its last output:\n  ${lastLines(output) || "(none)"}`);

/** Debian keeps ip, sysctl and others in folders that a user's PATH may lack. */
const withSystemFolders = (env: Environment): Record<string, string | undefined> => ({
  ...env,
  PATH: `${env["PATH"] ?? ""}:/usr/sbin:/sbin`,
});

/** Runs a program to its end and returns what it printed on stdout; anything but exit code 0 is thrown. */
export const run = (
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> => {
  const { cwd, env, stdin = "ignore", seconds = 120 } = options;
  const what = `running ${[command, ...args].join(" ").slice(0, 300)}${cwd ? ` in ${cwd}` : ""}`;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: [stdin, "pipe", "pipe"],
      ...(cwd ? { cwd } : {}),
      env: withSystemFolders(env ?? process.env),
    });
    let out = "";
    let err = "";
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, seconds * 1000);
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => (out += chunk));
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      err += chunk;
      options.onLine?.(chunk.trimEnd());
    });
    child.on("error", (cause) => {
      clearTimeout(timer);
      reject(new Trouble(`${what}: it could not be started (${cause.message})`, { cause }));
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(out);
      else if (late)
        reject(failure(what, `not finished after ${seconds} s, so it was ended`, err + out));
      else reject(failure(what, `it ended with ${signal ?? `exit code ${code}`}`, err + out));
    });
  });
};

/** Whether a program can be started and ends with 0. */
export const succeeds = (...call: Parameters<typeof run>): Promise<boolean> =>
  run(...call).then(
    () => true,
    () => false,
  );

/** Runs a program with our own terminal; resolves with its exit code. */
export const hand = (command: string, args: readonly string[], env: Environment): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: "inherit", env: { ...env } });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
