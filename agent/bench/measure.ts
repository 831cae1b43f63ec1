/** One variant from its first process to its numbers. */
import { trimmedMean } from "../../verdict/numeric.ts";
import { ask } from "./doors.ts";
import type { Profile } from "./options.ts";
import { start } from "./programs.ts";
import { controlOf, judge, progressOf } from "./result.ts";
import { roundsFor, type Speed, speedOf } from "./spin.ts";
import { startupOf } from "./startup.ts";
import type { Result } from "./table.ts";
import { type Keep, play, setStage, type Stage, withAgent } from "./trial.ts";
import type { Variant } from "./variants.ts";
import type { Site, Workload } from "./workloads.ts";

export interface Bench {
  stores: Pick<Site, "redisUrl" | "databaseUrl">;
  profile: Profile;
  governor: boolean;
  /** A smoke run: nothing is repeated for precision's sake. */
  smoke: boolean;
  say: (line: string) => void;
  signal: AbortSignal;
}

/** A collector that is not there: nothing is exported before a program is ready. */
const NOWHERE = "http://127.0.0.1:9";
const STARTS = 5;

/** The result, and its observations of off against off. Leaves no process behind, whatever happens. */
export const measure = (
  variant: Variant,
  workload: Workload,
  bench: Bench,
): Promise<{ result: Result; idle: number[] }> =>
  tidied(async (keep) => {
    const { profile, governor, say, signal, smoke } = bench;
    const site = await behind(workload, bench, keep);
    const { startupMs, rssMB } = await startupOf(workload.target, {
      plain: workload.target.env(site),
      agent: await withAgent({ profile, governor, endpoint: NOWHERE }, keep),
      times: smoke ? 1 : STARTS,
    });
    const control = controlOf(bench);
    const spin = await spinOf(workload, site, bench);
    say(`${variant.name}: warm-up, ${variant.length.warmupItems} items`);
    const stage = await setStage({ target: workload.target, site, profile, governor }, keep);
    const { evidence, stats } = await play(stage, {
      length: variant.length,
      item: (trace) => workload.item({ trace, spin }),
      watch: teller((found) => say(`${variant.name}: ${progressOf(found, control)}`)),
      signal,
    });
    const { judged, idle } = judge(evidence, control);
    const bytesPerSpan = stats.spans > 0 ? Math.round(stats.bytes / stats.spans) : null;
    const { name } = variant;
    return {
      result: {
        name,
        workload: workload.name,
        profile,
        governor,
        ...judged,
        startupMs,
        rssMB,
        bytesPerSpan,
      },
      idle,
    };
  });

const tidied = async <T>(work: (keep: Keep) => Promise<T>): Promise<T> => {
  const stops: (() => Promise<unknown>)[] = [];
  try {
    return await work((stop) => stops.unshift(stop));
  } finally {
    for (const stop of stops) await stop();
  }
};

/** Programs behind the target, plain. */
const behind = async (
  { behind: programs }: Workload,
  { stores }: Bench,
  keep: Keep,
): Promise<Site> => {
  const site: Site = { ...stores, urls: {} };
  for (const program of programs) {
    const started = await start(program, program.env(site));
    keep(started.stop);
    site.urls[program.name] = started.url;
  }
  return site;
};

const TELL_EVERY_MS = 10_000;

/** Hands on what it is told at most so often. */
const teller = (tell: (what: string) => void): ((what: string) => void) => {
  let due = performance.now() + TELL_EVERY_MS;
  return (what) => {
    if (performance.now() < due) return;
    due = performance.now() + TELL_EVERY_MS;
    tell(what);
  };
};

/** Rounds of the spin; found in a process of its own, so that the one that is measured stays as young as it is said to be. */
const spinOf = async (workload: Workload, site: Site, bench: Bench): Promise<number> => {
  const { aimUs } = workload;
  if (aimUs === undefined) return 0;
  const { profile, governor, say } = bench;
  const speed = await tidied(async (keep) =>
    speedIn(
      await setStage({ target: workload.target, site, profile, governor }, keep),
      workload,
      bench,
    ),
  );
  const rounds = roundsFor(speed, aimUs);
  const base = `${Math.round(speed.baseUs)} us without spinning`;
  say(`${workload.name}: ${rounds} rounds for ${aimUs} us per item, ${base}`);
  return rounds;
};

/** Items until their cost is steady, and then those that are measured. */
const SETTLING = 2000;
const MEASURED = 300;
const ROUNDS = 1_000_000;

/** Without a mark: the agent of a trial is silent until it is told otherwise. */
const speedIn = async (stage: Stage, workload: Workload, bench: Bench): Promise<Speed> => {
  const { smoke, signal } = bench;
  const cost = async (items: number, spin: number): Promise<number> => {
    const costs: number[] = [];
    let before = await cpuOf(stage, signal);
    for (let i = 0; i < items; i += 1) {
      const sent = workload.item({ trace: String(i).padStart(32, "0"), spin });
      await ask(`${stage.target.url}${sent.path}`, { sent, signal });
      const now = await cpuOf(stage, signal);
      costs.push((now - before) / 1000);
      before = now;
    }
    return trimmedMean(costs, 0.1);
  };
  await cost(smoke ? MEASURED : SETTLING, ROUNDS / 10);
  return speedOf(await cost(MEASURED, 0), await cost(MEASURED, ROUNDS), ROUNDS);
};

const cpuOf = async ({ meter }: Stage, signal: AbortSignal): Promise<number> =>
  Number(await ask(`${meter.url}/cpu`, { signal }));
