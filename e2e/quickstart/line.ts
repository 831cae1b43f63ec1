/** One line as a reader's shell would run it. */
import { spawn } from "node:child_process";
import { root } from "../../tools/run.ts";

export interface Line {
  command: string;
  seconds: number;
  code: number;
  /** What it printed for a program to read; the rest goes straight to the terminal. */
  output: string;
}

export interface Surroundings {
  /** Goes before the shell: into the network in which the cluster is reached. */
  enter: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
}

export const runLine = (command: string, { enter, env }: Surroundings): Promise<Line> =>
  new Promise((resolve, reject) => {
    const began = performance.now();
    const [program, ...args] = [...enter, "bash", "-euo", "pipefail", "-c", command];
    const child = spawn(program, args, { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code) => {
      const seconds = Math.round((performance.now() - began) / 100) / 10;
      resolve({ command, seconds, code: code ?? 1, output });
    });
  });
