/** One variant from its first process to its numbers. */
import { armOf } from "./arms.ts";
import { type Keep, tidied } from "./keep.ts";
import { type Latency, percentilesOf, toggledLatency } from "./latency.ts";
import { judgePairs } from "./paired.ts";
import { playPairs } from "./pairs.ts";
import { start } from "./programs.ts";
import { controlOf, judge, type Judged, progressOf } from "./result.ts";
import { spinFor } from "./spinning.ts";
import { startupOf } from "./startup.ts";
import type { Folded } from "./sink.ts";
import type { Result } from "./table.ts";
import { play, setStage, withAgent } from "./trial.ts";
import type { Paired, Toggled, Variant } from "./variants.ts";
import type { Site, Workload } from "./workloads.ts";

export interface Bench {
  stores: Pick<Site, "redisUrl" | "databaseUrl">;
  /** A smoke run: nothing is repeated for precision's sake. */
  smoke: boolean;
  /** Rounds of the spin that were found already, by workload: all variants of one do the same work. */
  spins: Record<string, number>;
  /** Installs the peers where they are not yet, and tells where they are. */
  install: () => Promise<string>;
  say: (line: string) => void;
  signal: AbortSignal;
}

/** A collector that is not there: nothing is exported before a program is ready. */
const NOWHERE = "http://127.0.0.1:9";
const STARTS = 5;

interface Scene {
  workload: Workload;
  site: Site;
  spin: number;
  bench: Bench;
  keep: Keep;
}

/** What the methods have in common. */
interface Measured {
  judged: Judged;
  idle: number[];
  latencyMs: Latency;
  folded: Folded | null;
  /** Everything that was sent. */
  bytes: number;
  /** What brings the agent in. */
  env: Record<string, string>;
}

/** The result, and its observations of off against off. Leaves no process behind, whatever happens. */
export const measure = (
  variant: Variant,
  workload: Workload,
  bench: Bench,
): Promise<{ result: Result; idle: number[] }> =>
  tidied(async (keep) => {
    const site = await behind(workload, bench, keep);
    const spin = await spinOf(workload, site, bench);
    const scene: Scene = { workload, site, spin, bench, keep };
    const { judged, idle, bytes, env, ...more } =
      variant.method === "toggled" ? await toggled(variant, scene) : await paired(variant, scene);
    const { startupMs, rssMB } = await startupOf(workload.target, {
      plain: workload.target.env(site),
      agent: env,
      times: bench.smoke ? 1 : STARTS,
    });
    const { name, agent, method, governor } = variant;
    const bytesPerSpan = judged.spansReceived > 0 ? Math.round(bytes / judged.spansReceived) : null;
    const told = { name, workload: workload.name, method, agent, governor };
    return { result: { ...told, ...judged, ...more, startupMs, rssMB, bytesPerSpan }, idle };
  });

const toggled = async (
  { name, agent: profile, governor, length }: Toggled,
  { workload, site, spin, bench, keep }: Scene,
): Promise<Measured> => {
  const { say, signal } = bench;
  const control = controlOf({ profile, governor });
  say(`${name}: warm-up, ${length.warmupItems} items`);
  const { evidence, stats, folded } = await tidied(async (keepStage) =>
    play(await setStage({ target: workload.target, site, profile, governor }, keepStage), {
      length,
      item: (trace) => workload.item({ trace, spin }),
      watch: teller((found) => say(`${name}: ${progressOf(found, control)}`)),
      signal,
    }),
  );
  const env = await withAgent({ profile, governor, endpoint: NOWHERE }, keep);
  const latencyMs = toggledLatency(evidence);
  return { ...judge(evidence, control), latencyMs, folded, bytes: stats.bytes, env };
};

const paired = async (
  { name, agent, length }: Paired,
  { workload, site, spin, bench, keep }: Scene,
): Promise<Measured> => {
  const { say, signal, install } = bench;
  const arm = await armOf(agent, { install, keep });
  const tell = teller(say);
  const { evidence, wall, bytes } = await playPairs({
    arm,
    target: workload.target,
    site,
    length,
    item: (trace) => workload.item({ trace, spin }),
    watch: (found) => {
      const { verdict, message } = judgePairs(found, arm.control);
      tell(`${name}: ${message}`);
      return verdict === "Error" || (verdict !== "Running" && !length.toTheEnd);
    },
    signal,
  });
  return {
    judged: judgePairs(evidence, arm.control),
    idle: [],
    latencyMs: { plain: percentilesOf(wall.plain), agent: percentilesOf(wall.injected) },
    folded: null,
    bytes,
    env: { ...arm.env(new URL(NOWHERE)), ...arm.preload },
  };
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

/** Rounds of the spin, found once per workload. */
const spinOf = async (workload: Workload, site: Site, bench: Bench): Promise<number> => {
  const { aimUs, name } = workload;
  if (aimUs === undefined) return 0;
  const { smoke, spins, say, signal } = bench;
  spins[name] ??= await tidied(async (keep) => {
    const silent = { profile: "lean", governor: false } as const;
    const stage = await setStage({ target: workload.target, site, ...silent }, keep);
    return spinFor({ stage, workload, aimUs, smoke, say, signal });
  });
  return spins[name];
};
