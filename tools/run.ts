/** Runs programs for the project's own tools: output passes through, times are printed, the first failure ends it. */
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export interface Command {
  name: string;
  command: [program: string, ...args: string[]];
}

export interface Outcome {
  name: string;
  seconds: number;
  code: number;
}

/** Commands that only make sense together: the first failure ends it. */
export interface Suite {
  name: string;
  commands: Command[];
  /** File, below the root, in which it says as `{"pulse":{sent,failed,longestGapMs}}` what the pulse saw. */
  pulse?: string;
}

export const run = async ({ name, command }: Command): Promise<Outcome> => {
  const started = performance.now();
  const [program, ...args] = command;
  const code = await new Promise<number>((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", reject);
    child.once("exit", (exit) => {
      resolve(exit ?? 1);
    });
  });
  return { name, seconds: Math.round((performance.now() - started) / 100) / 10, code };
};

/** Runs the commands one after the other and stops at the first failure; returns what ran. */
export const runAll = async (commands: Command[]): Promise<Outcome[]> => {
  const outcomes: Outcome[] = [];
  for (const command of commands) {
    console.log(`\n== ${command.name}`);
    const outcome = await run(command);
    outcomes.push(outcome);
    console.log(
      `== ${outcome.name}: ${outcome.code === 0 ? "ok" : "FAILED"} in ${outcome.seconds} s`,
    );
    if (outcome.code !== 0) break;
  }
  return outcomes;
};

/** What a suite's commands add up to: the time of all, and the one that failed. */
export const together = (
  outcomes: Outcome[],
): { seconds: number; failed: Outcome | undefined } => ({
  seconds: outcomes.reduce((total, { seconds }) => total + seconds, 0),
  failed: outcomes.find(({ code }) => code !== 0),
});

export const jest = (...args: string[]): Command["command"] => [
  process.execPath,
  "--experimental-vm-modules",
  "--disable-warning=ExperimentalWarning",
  join(root, "node_modules", "jest", "bin", "jest.js"),
  ...args,
];
