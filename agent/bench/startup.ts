/** What the agent adds to the start of a program. */
import { readFile } from "node:fs/promises";
import { median } from "../../verdict/numeric.ts";
import { type Program, start } from "./programs.ts";

interface Start {
  readyMs: number;
  rssMB: number;
}

export interface Added {
  startupMs: number;
  rssMB: number;
}

/** Medians of so many starts with and without, one after the other in turn. */
export const startupOf = async (
  program: Program,
  { plain, agent, times }: { plain: Env; agent: Env; times: number },
): Promise<Added> => {
  const plainly: Start[] = [];
  const instrumented: Start[] = [];
  for (let i = 0; i < times; i += 1) {
    plainly.push(await once(program, plain));
    instrumented.push(await once(program, { ...plain, ...agent }));
  }
  return added(plainly, instrumented);
};

type Env = Record<string, string>;

const once = async (program: Program, env: Env): Promise<Start> => {
  const { pid, readyMs, stop } = await start(program, env);
  try {
    return { readyMs, rssMB: residentMB(await readFile(`/proc/${pid}/status`, "utf8")) };
  } finally {
    await stop();
  }
};

export const residentMB = (status: string): number => {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  if (kilobytes === undefined) throw new Error("reading resident memory: no VmRSS in its status");
  return Number(kilobytes) / 1024;
};

export const added = (plainly: readonly Start[], instrumented: readonly Start[]): Added => {
  const more = (of: (start: Start) => number): number =>
    Number((median(instrumented.map(of)) - median(plainly.map(of))).toFixed(1));
  return { startupMs: more(({ readyMs }) => readyMs), rssMB: more(({ rssMB }) => rssMB) };
};
