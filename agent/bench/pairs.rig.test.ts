import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { armOf } from "./arms.ts";
import { judgePairs } from "./paired.ts";
import { type Played, playPairs } from "./pairs.ts";
import { start } from "./programs.ts";
import { controlled } from "./result.ts";
import { startStores, type Stores } from "./stores.ts";
import { NOBODY } from "./variants.ts";
import { type Site, workloads } from "./workloads.ts";

const LENGTH = { warmupItems: 2, items: 3, pairs: 2, toTheEnd: true };
const signal = new AbortController().signal;
const [flash] = workloads.filter(({ name }) => name === "flash-0.16");

let stores: Stores;
const site: Site = { redisUrl: "", databaseUrl: "", urls: {} };
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  stores = await startStores(false);
  site.redisUrl = stores.redisUrl;
  for (const program of flash?.behind ?? []) {
    const started = await start(program, program.env(site));
    closing.unshift(started.stop);
    site.urls[program.name] = started.url;
  }
}, 30_000);

afterAll(async () => {
  for (const close of closing) await close();
  await stores.stop();
});

interface Seen {
  played: Played;
  traces: string[];
}

const pairsWith = async (agent: string): Promise<Seen> => {
  if (!flash) throw new Error("there is no workload flash-0.16");
  const install = async (): Promise<string> => "";
  const keep = (stop: () => Promise<unknown>): void => void closing.unshift(stop);
  const traces: string[] = [];
  const played = await playPairs({
    arm: await armOf(agent, { install, keep }),
    target: flash.target,
    site,
    length: LENGTH,
    item: (trace) => {
      traces.push(trace);
      return flash.item({ trace, spin: 0 });
    },
    watch: () => false,
    signal,
  });
  return { played, traces };
};

const ITEMS = LENGTH.pairs * (LENGTH.warmupItems + LENGTH.items);

test("with ours, every item of the second process arrives with all its spans", async () => {
  const { played, traces } = await pairsWith("lean");
  const judged = judgePairs(played.evidence, "every");
  expect(controlled(judged)).toBe(true);
  expect(judged).toMatchObject({ pairs: 2, onItems: ITEMS, traces: ITEMS, spansPerItem: 7 });
  expect(played.bytes).toBeGreaterThan(0);
  expect(played.wall.plain).toHaveLength(LENGTH.pairs * LENGTH.items);
  expect(played.wall.injected).toHaveLength(LENGTH.pairs * LENGTH.items);
  // What the first process leaves in a cache is of no use to the second.
  expect(new Set(traces).size).toBe(2 * ITEMS);
}, 60_000);

test("with nobody, nothing arrives, and that is right", async () => {
  const { played } = await pairsWith(NOBODY);
  const judged = judgePairs(played.evidence, "every");
  expect(controlled(judged)).toBe(true);
  expect(judged).toMatchObject({ pairs: 2, onItems: 0, spansReceived: 0 });
}, 60_000);
