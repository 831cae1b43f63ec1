import { describe, expect, test } from "@jest/globals";
import { mulberry32 } from "../verdict/random.ts";
import type { Doors } from "./doors.ts";
import { runEpoch } from "./epoch.ts";
import { journal } from "./journal.ts";
import type { Side, TrialSettings } from "./settings.ts";

const settings: TrialSettings = {
  attempt: "a1",
  token: "00f1a5bca4d07e1e",
  urls: { plain: "http://plain", injected: "http://injected" },
  meters: { plain: "http://plain", injected: "http://injected" },
  sink: "http://sink",
  flushPath: "/readyz",
  warmupItems: 20,
  aaBlocks: 0,
  blocks: 0,
  pairsPerBlock: 10,
  twinPairs: 0,
  sampleRatio: 1,
  itemsPerExport: 250,
  seed: 3,
};

/** Two services of 2 ms per item; the agent of one of them exports everything once it is waited for, which costs 5 ms. */
const run = async ({ deaf = false, bad = -1 } = {}) => {
  const used = { plain: 1e9, injected: 1e9 };
  const served: [Side, string][] = [];
  const pending: string[] = [];
  const arrived = new Set<string>();
  const lines: string[] = [];
  let now = 0;
  const doors: Doors = {
    item: async (side, { headers, n }) => {
      served.push([side, headers["traceparent"] ?? ""]);
      used[side] += side === "plain" ? 2e6 : 2.1e6;
      if (side === "injected") pending.push(headers["traceparent"] ?? "");
      if (n === bad) throw new Error("answered with status 503");
    },
    visit: async () => undefined,
    cpu: async (side) => used[side],
    stats: async () => {
      const { size } = arrived;
      return { spans: 3 * size, traces: size, offTraces: 0, metricPoints: 0 };
    },
    forward: async () => false,
    pause: async (seconds) => {
      now += seconds * 1000;
      if (deaf || pending.length === 0) return;
      for (const trace of pending.splice(0)) arrived.add(trace);
      used.injected += 5e6;
    },
    now: () => now,
    write: (line) => lines.push(line),
  };
  const trial = { settings, doors, journal: journal(settings, doors), random: mulberry32(3) };
  await runEpoch(trial, { pair: 2, first: "injected", items: 40 });
  const line: unknown = JSON.parse(lines.at(-1) ?? "");
  return { served, line, now };
};

describe("one fresh pair", () => {
  test("counts all CPU of the measured items, with their export and without that of the warm-up", async () => {
    const { line } = await run();
    expect(line).toMatchObject({
      kind: "epoch",
      pair: 2,
      first: "injected",
      before: [20, 20],
      items: 40,
      cpuUs: [80_000, 89_000],
      bad: [0, 0],
      onItems: 60,
      traces: 60,
      spans: 180,
    });
  });

  test("gives both the same items in a drawn order", async () => {
    const { served } = await run();
    const of = (side: Side) => served.filter(([to]) => to === side).map(([, trace]) => trace);
    expect(of("plain")).toEqual(of("injected"));
    const firsts = served.filter((_, i) => i % 2 === 0).map(([side]) => side);
    expect(new Set(firsts).size).toBe(2);
  });

  test("does not wait for ever for an agent that is not there", async () => {
    const { line, now } = await run({ deaf: true });
    expect(line).toMatchObject({ onItems: 60, traces: 0 });
    expect(now).toBeLessThan(10_000);
  });

  test("counts what failed of each twin", async () => {
    expect((await run({ bad: 30 })).line).toMatchObject({ bad: [1, 1] });
  });
});
