/** One migration of the crash plans, all the way and back, and the operator at rest in between. */
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { until } from "../../e2e/kit/wait.ts";
import { pathsOf } from "../cluster/paths.ts";
import { watcher } from "../cluster/watch.ts";
import { type Control, startControl } from "../control.ts";
import { chapterOf } from "../crash/chapters.ts";
import { settings } from "../crash/operator.ts";
import { record } from "../crash/play.ts";
import { type Moment, openStage, type Stage } from "../crash/stage.ts";
import { openMetrics } from "../metrics.ts";
import { loseWatches } from "./outage.ts";
import { openMeter, type Traffic } from "./traffic.ts";

export interface Way {
  /** Milliseconds of each look. */
  looks: number[];
  traffic: Traffic;
}

export interface Journey {
  there: Way;
  back: Way;
  /** At Retired, where nothing changes. */
  atRest: Way & { seconds: number };
  /** Seconds from the moment at which watches are possible again to the first look at a new resource. */
  watchesBack: number[];
}

const THERE = ["alongside", "instrumented", "validated", "switched", "retired"];
const BACK = ["back"];

export interface JourneyOptions {
  /** How long it is watched at rest. */
  restSeconds: number;
  /** How long there are no watches, and how often. */
  outages: { seconds: number; times: number };
  say: (line: string) => void;
}

export const travel = async ({ restSeconds, outages, say }: JourneyOptions): Promise<Journey> => {
  const meter = openMeter();
  // Unlike the plans with the cache of a real cluster, which has every list wait until it is as new as etcd.
  const stage = await openStage({ flags: ["--watch-cache=true"], meter: meter.pass });
  const go = async (names: string[], from?: Moment): Promise<Way & { end: Moment }> => {
    meter.read();
    const looks: number[] = [];
    let moment = from;
    for (const name of names) {
      const recording = await record(stage, chapterOf(name), moment);
      looks.push(...recording.looks.map(({ milliseconds }) => milliseconds));
      moment = recording.after;
      say(`${name}: ${recording.looks.length} looks`);
    }
    if (!moment) throw new Error("a journey has at least one chapter");
    return { looks, traffic: meter.read(), end: moment };
  };
  try {
    const { end, ...there } = await go(THERE);
    const { end: _home, ...back } = await go(BACK, end);
    await stage.restore(end);
    const looks: number[] = [];
    const control = await release(stage, (milliseconds) => looks.push(milliseconds));
    try {
      meter.read();
      looks.length = 0;
      await sleep(restSeconds * 1000);
      const atRest = { looks: [...looks], traffic: meter.read(), seconds: restSeconds };
      say(`at rest: ${looks.length} looks in ${restSeconds} s`);
      const watchesBack = await loseWatches(stage, { ...outages, say });
      return { there, back, atRest, watchesBack };
    } finally {
      await control.stop();
    }
  } finally {
    await stage.stop();
  }
};

/** The operator goes on by itself: leads, keeps the certificate, watches, looks when it wants to. */
const release = async (stage: Stage, onLook: (ms: number) => void): Promise<Control> => {
  const { wire, cluster, reconcile } = stage.operator();
  let looks = 0;
  const control = startControl({
    settings,
    cluster,
    openWatch: watcher(wire, pathsOf(wire)),
    reconcile: async (key) => {
      const began = performance.now();
      const next = await reconcile(key);
      onLook(performance.now() - began);
      looks += 1;
      return next;
    },
    metrics: openMetrics(),
    now: () => new Date(),
    log: pino({ level: "silent" }),
  });
  await until(
    { what: "a look of the operator and its watches", seconds: 30, everyMs: 50 },
    async () => looks > 0 && stage.watches.open().length === 4,
  );
  return control;
};
