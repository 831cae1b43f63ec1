/** One service under load, sampled over the run. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Load } from "./load.ts";

export interface Sample {
  requests: number;
  rss: number;
  /** What is resident outside V8's young generation. */
  settled: number;
  heapUsed: number;
  /** 99th percentile of the event loop's delay since the sample before. */
  delayMs: number;
}

const APP = join(import.meta.dirname, "app.cjs");
const SAMPLES = 100;

async function hear<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController();
  const end = (code: number | null): void =>
    ended.abort(new Error(`the service ended with code ${code}`));
  child.once("exit", end);
  try {
    const [message] = (await once(child, "message", { signal: ended.signal })) as [T];
    return message;
  } finally {
    child.off("exit", end);
  }
}

/** `agent` is the file to preload; without it, the service runs plain. */
export async function soak(requests: number, agent: string | undefined): Promise<Sample[]> {
  const preload = agent === undefined ? [] : ["--require", agent];
  const child = fork(APP, { execArgv: ["--expose-gc", ...preload] });
  try {
    const { port } = await hear<{ port: number }>(child);
    const load = await Load.to(port);
    const samples: Sample[] = [];
    for (let done = 1; done <= SAMPLES; done++) {
      await load.run(Math.round(requests / SAMPLES));
      const answer = hear<Omit<Sample, "requests">>(child);
      child.send("tell");
      samples.push({ requests: Math.round((done * requests) / SAMPLES), ...(await answer) });
    }
    load.end();
    return samples;
  } finally {
    child.kill("SIGKILL");
  }
}
