/**
 * `npm run governor -w agent`: the governor at work. One process under a steady load whose work per item is heavy, then light, then
 * heavy again, so that the agent's share of its CPU goes from below the budget to far above it and back. Once a second: what the
 * governor believes the agent costs, its rung, the share of requests it looks at. `--svg FILE` draws it, `--json FILE` keeps it.
 */
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { say } from "../../tools/say.ts";
import { AGENT_ENV, AGENT_FILE } from "../contract.ts";
import { agentFolder, config } from "../testing/rig.ts";
import { type Sink, startSink } from "../testing/sink.ts";
import { ask } from "./doors.ts";
import { openHouse, untilInterrupted } from "./house.ts";
import { plot, type Sample } from "./plot.ts";
import { start, type Started } from "./programs.ts";
import { startStores } from "./stores.ts";
import { workloads } from "./workloads.ts";

const BUDGET_PERCENT = 2;
const HOLD_SECONDS = 5;
const SECOND = 1000;

/** Seconds, and rounds of arithmetic per item. */
const SCRIPT = [
  { seconds: 20, rounds: 10_000_000 },
  { seconds: 25, rounds: 0 },
  { seconds: 75, rounds: 10_000_000 },
] as const;

const stops: (() => Promise<unknown>)[] = [];

const targetFor = async (sink: Sink, signal: AbortSignal): Promise<Started> => {
  const workload = workloads.find(({ name }) => name === "flash-0.5");
  if (workload === undefined) throw new Error("there is no workload flash-0.5");
  const stores = await startStores(false);
  stops.unshift(stores.stop);
  const site = { ...stores, urls: {} as Record<string, string> };
  for (const program of workload.behind) {
    signal.throwIfAborted();
    const started = await start(program, program.env(site));
    stops.unshift(started.stop);
    site.urls[program.name] = started.url;
  }
  const folder = await agentFolder(
    config({
      endpoint: sink.endpoint,
      budgetPercent: BUDGET_PERCENT,
      metricIntervalMs: SECOND,
      flushIntervalMs: 5 * SECOND,
    }),
  );
  stops.unshift(folder.remove);
  const target = await start(workload.target, {
    ...workload.target.env(site),
    NODE_OPTIONS: `--require ${folder.path}/${AGENT_FILE}`,
    [AGENT_ENV.budgetHold]: String(HOLD_SECONDS),
  });
  stops.unshift(target.stop);
  return target;
};

/** One item after the other, as heavy as `rounds()` says, until told to stop. */
const keepBusy = async (url: string, rounds: () => number, signal: AbortSignal): Promise<void> => {
  for (let n = 0; !signal.aborted; n += 1) {
    const body = JSON.stringify({ word: `w${n}`, reads: 3, spin: rounds() });
    await ask(`${url}/cards`, {
      sent: { path: "/cards", type: "application/json", body },
      signal,
    }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
};

const gauge = (sink: Sink, name: string): number =>
  sink.metrics.get(`flashcard_otel.governor.${name}`)?.points[0]?.value ?? 0;

const watch = async (sink: Sink, begin: (rounds: number) => void): Promise<Sample[]> => {
  const samples: Sample[] = [];
  for (const { seconds, rounds } of SCRIPT) {
    begin(rounds);
    for (let second = 0; second < seconds; second += 1) {
      await setTimeout(SECOND);
      samples.push({
        second: samples.length + 1,
        rounds,
        costPercent: 100 * gauge(sink, "cost"),
        level: gauge(sink, "level"),
        observed: gauge(sink, "observed"),
      });
      if (second % 5 === 4) say(sentenceOf(samples));
    }
  }
  return samples;
};

const sentenceOf = (samples: readonly Sample[]): string => {
  const { costPercent = 0, level = 0, observed = 0 } = samples.at(-1) ?? {};
  return `agent ${costPercent.toFixed(2)} % of the application's CPU, rung ${level}, ${Math.round(100 * observed)} % of requests looked at`;
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({ options: { svg: { type: "string" }, json: { type: "string" } } });
  const from = process.env["INIT_CWD"] ?? process.cwd();
  openHouse();
  const signal = untilInterrupted();
  const done = new AbortController();
  const sink = await startSink();
  stops.unshift(sink.close);
  try {
    const { url } = await targetFor(sink, signal);
    let rounds = 0;
    const load = keepBusy(url, () => rounds, AbortSignal.any([signal, done.signal]));
    const samples = await Promise.race([watch(sink, (next) => (rounds = next)), load]);
    done.abort();
    await load;
    if (samples === undefined) throw new Error("the load ended before its time");
    const found = { budgetPercent: BUDGET_PERCENT, holdSeconds: HOLD_SECONDS, samples };
    if (values.json) await writeFile(resolve(from, values.json), `${JSON.stringify(found)}\n`);
    if (values.svg) await writeFile(resolve(from, values.svg), plot(found));
  } finally {
    done.abort();
    for (const stop of stops) await stop();
  }
};

await main();
