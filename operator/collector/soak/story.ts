/**
 * What a collector has to live through, one phase after the other:
 *
 *   calm (1x) -> load (10x) -> outage (10x, the backend is away; perhaps it is killed in the middle) -> back (1x, until all is sent)
 */
import { setTimeout as sleep } from "node:timers/promises";
import { eventually, ports } from "../../backends/testing/processes.ts";
import type { CollectorSpec } from "../../migration/pipelines.ts";
import { memoryGoal } from "../backend.ts";
import { type Collector, otelcol, startCollector } from "../testing/collector.ts";
import { onLoopback } from "../testing/loopback.ts";
import { type Sink, sinkAt } from "../testing/sink.ts";
import { type Account, ledger, type Ledger } from "./account.ts";
import { type Load, numberOf, startLoad } from "./load.ts";
import { type Seen, watch, type Watch } from "./watch.ts";

export interface Asked {
  spec: CollectorSpec;
  /** Of the calm phase, spans per second. */
  rate: number;
  seconds: { calm: number; load: number; outage: number };
  /** It is killed and started again in the middle of the outage. */
  restarts: boolean;
  say: (line: string) => void;
}

export interface Phase {
  name: "calm" | "load" | "outage" | "back";
  seconds: number;
  /** Within the phase; `queued` at its end. */
  account: Pick<Account, "offered" | "taken" | "refused" | "unanswered">;
  collector: Seen;
  cpuPercent: number;
}

export interface Told {
  phases: Phase[];
  account: Account;
  collector: Seen;
}

interface Stage {
  asked: Asked;
  book: Ledger;
  sink: Sink;
  load: Load;
  watched: Watch;
  /** Kills it and starts it again at its places. */
  restart: () => Promise<void>;
  current: () => Collector;
}

const openStage = async (asked: Asked): Promise<Stage> => {
  const book = ledger();
  const [address = ""] = await ports(1);
  const sink = sinkAt({ address, take: (ids) => book.arrived(ids.map((id) => numberOf(id))) });
  await sink.open();
  const { spec } = asked;
  const program = await otelcol();
  const places = await onLoopback({ traces: `http://${address}`, metrics: "http://127.0.0.1:9" });
  const env = Object.fromEntries(memoryGoal(spec).map(({ name, value = "" }) => [name, value]));
  let collector = await startCollector(program, { spec, places, env });
  const watched = watch(collector);
  return {
    asked,
    book,
    sink,
    watched,
    load: startLoad(collector.url, book),
    restart: async () => {
      await collector.kill();
      collector = await startCollector(program, { spec, places, env });
      watched.follow(collector);
    },
    current: () => collector,
  };
};

/** A look each second, and what the last second brought. */
const SETTLE_MS = 2000;

type Deed = (stage: Stage) => Promise<void>;

const wait = (seconds: number): Promise<void> => sleep(seconds * 1000);

const DEEDS: Record<Phase["name"], Deed> = {
  calm: async ({ asked, load }) => {
    load.rate(asked.rate);
    await wait(asked.seconds.calm);
  },
  load: async ({ asked, load }) => {
    load.rate(asked.rate * 10);
    await wait(asked.seconds.load);
  },
  outage: async ({ asked, sink, restart }) => {
    await sink.close();
    await wait(asked.seconds.outage / 2);
    if (asked.restarts) await restart();
    await wait(asked.seconds.outage / 2);
  },
  back: async ({ asked, load, book, sink, watched }) => {
    load.rate(asked.rate);
    await sink.open();
    await wait(asked.seconds.calm);
    await load.stop();
    await eventually(
      "an empty queue",
      async () => (watched.seen().queued === 0 && book.account().owed === 0) || undefined,
      600,
    ).catch(() => asked.say("gave up waiting for the rest"));
    await sleep(SETTLE_MS);
  },
};

const difference = (now: Account, before: Account): Phase["account"] => ({
  offered: now.offered - before.offered,
  taken: now.taken - before.taken,
  refused: now.refused - before.refused,
  unanswered: now.unanswered - before.unanswered,
});

const since = (now: Seen, before: Seen): Seen => ({
  ...now,
  accepted: now.accepted - before.accepted,
  refused: now.refused - before.refused,
  sent: now.sent - before.sent,
  failed: now.failed - before.failed,
  turnedAway: now.turnedAway - before.turnedAway,
  cpuSeconds: now.cpuSeconds - before.cpuSeconds,
});

const play = async (stage: Stage, name: Phase["name"]): Promise<Phase> => {
  const before = { account: stage.book.account(), seen: stage.watched.seen() };
  const began = performance.now();
  await DEEDS[name](stage);
  await sleep(SETTLE_MS);
  const seconds = (performance.now() - began) / 1000;
  const collector = since(stage.watched.seen(), before.seen);
  return {
    name,
    seconds,
    account: difference(stage.book.account(), before.account),
    collector,
    cpuPercent: (100 * collector.cpuSeconds) / seconds,
  };
};

const NAMES = Object.keys(DEEDS) as Phase["name"][];

export const tell = async (asked: Asked, told: (phase: Phase) => void): Promise<Told> => {
  const stage = await openStage(asked);
  try {
    const phases: Phase[] = [];
    for (const name of NAMES) {
      const phase = await play(stage, name);
      phases.push(phase);
      told(phase);
    }
    return {
      phases,
      account: stage.book.account(),
      collector: stage.watched.seen(),
    };
  } finally {
    await stage.load.stop();
    await stage.watched.stop();
    await stage.current().stop();
    await stage.sink.close();
  }
};
