import { describe, expect, test } from "@jest/globals";
import { type Evidence, type Line, parseEvidence } from "../verdict/evidence.ts";
import { judgeTrial } from "../verdict/trial.ts";
import { mulberry32 } from "../verdict/random.ts";
import type { Doors } from "./doors.ts";
import { runTrial } from "./experiment.ts";
import type { Side, TrialSettings } from "./settings.ts";

const token = "00f1a5bca4d07e1e";
const settings: TrialSettings = {
  attempt: "a1",
  token,
  urls: { plain: "http://plain", injected: "http://injected" },
  meters: { plain: "http://plain", injected: "http://injected" },
  sink: "http://sink",
  flushPath: "/readyz",
  warmupItems: 20,
  aaBlocks: 10,
  blocks: 40,
  pairsPerBlock: 10,
  twinPairs: 30,
  sampleRatio: 1,
  itemsPerExport: 250,
  seed: 3,
};

interface World extends Doors {
  lines: string[];
  served: Record<Side, string[]>;
  sent: string[];
}

interface Nature {
  /** Microseconds of an item that is on, beyond the 2000 of any item. */
  extra?: number;
  /** Of a flush. */
  flush?: number;
  /** Spans of items that are on go nowhere. */
  deaf?: boolean;
  item?: (side: Side, n: number) => void;
}

/** Two services and an agent as the protocol describes them, on a clock that only waiting moves. */
const world = ({
  extra = 0,
  flush = 50,
  deaf = false,
  item = () => undefined,
}: Nature = {}): World => {
  const noise = mulberry32(11);
  const used = { plain: 1e9, injected: 1e9 };
  const pending: string[] = [];
  const arrived = new Set<string>();
  let now = 0;
  const lines: string[] = [];
  const served: World["served"] = { plain: [], injected: [] };
  const sent: string[] = [];
  const obey = (side: Side, headers: Record<string, string>): boolean => {
    const [mark, word, command] = (headers["flashcard-otel-trial"] ?? "").split(";");
    if (side === "plain" || mark !== token) return false;
    if (command === "flush") {
      if (!deaf) for (const trace of pending.splice(0)) arrived.add(trace);
      used.injected += flush * 1000;
    }
    return word === "on";
  };
  return {
    lines,
    served,
    sent,
    item: async (side, { headers, n }) => {
      item(side, n);
      const on = obey(side, headers);
      const trace = headers["traceparent"]?.slice(19, 35) ?? "";
      served[side].push(trace);
      const sampled = headers["traceparent"]?.endsWith("-01") ?? false;
      if (on && sampled) pending.push(trace);
      used[side] += (1950 + Math.round(100 * noise()) + (on && sampled ? extra : 0)) * 1000;
    },
    visit: async (side, headers) => {
      obey(side, headers);
      used[side] += 100_000;
    },
    cpu: async (side) => used[side],
    stats: async () => ({
      spans: 3 * arrived.size,
      traces: arrived.size,
      offTraces: 0,
      metricPoints: 0,
    }),
    forward: async (sequence) => {
      sent.push(sequence);
      return true;
    },
    pause: async (seconds) => {
      now += seconds * 1000;
    },
    now: () => now,
    write: (line) => lines.push(line),
  };
};

const run = async (nature: Nature = {}, differences: Partial<TrialSettings> = {}) => {
  const doors = world(nature);
  await runTrial({ ...settings, ...differences }, doors);
  const evidence = parseEvidence(
    doors.lines.filter((line) => line.startsWith('{"v":')).join("\n"),
    { attempt: "a1" },
  );
  if ("damaged" in evidence) throw new Error(evidence.damaged);
  return {
    doors,
    evidence,
    verdict: judgeTrial(evidence, { cpuPercent: 1, guardPercent: 3, alpha: 0.05 }),
  };
};
const of = <Kind extends Line["kind"]>({ lines }: Evidence, kind: Kind) =>
  lines.filter((line): line is Extract<Line, { kind: Kind }> => line.kind === kind);

describe("the evidence", () => {
  test("is whole, in the order of the plan, and begins and ends", async () => {
    const { evidence } = await run();
    expect(
      evidence.lines.map(({ kind }) => kind).filter((kind, i, all) => kind !== all[i - 1]),
    ).toEqual(expect.arrayContaining(["plan", "twin", "block", "control", "end"]));
    expect(evidence.lines[0]).toMatchObject({
      kind: "plan",
      maxBlocks: 40,
      pairsPerBlock: 10,
      seed: 3,
    });
    expect(of(evidence, "block").filter(({ phase }) => phase === "aa")).toHaveLength(10);
    expect(evidence.lines.at(-1)).toMatchObject({ kind: "end", reason: "Completed" });
  });

  test("is the same again with the same seed", async () => {
    const [one, two] = [await run(), await run()];
    expect(two.doors.lines).toEqual(one.doors.lines);
    expect((await run({}, { seed: 4 })).doors.lines).not.toEqual(one.doors.lines);
  });

  test("an agent within the budget passes, one above it fails", async () => {
    expect((await run({ extra: 4 })).verdict).toMatchObject({ verdict: "Passed", spansPerItem: 3 });
    expect((await run({ extra: 100 })).verdict).toMatchObject({
      verdict: "Failed",
      reason: "BudgetExceeded",
    });
  });

  test("where a tenth of the traces is sampled, a tenth of their cost counts, and only they must arrive", async () => {
    const [tenth, all] = [
      await run({ extra: 400 }, { sampleRatio: 0.1 }),
      await run({ extra: 400 }),
    ];
    expect(all.verdict.estimatePercent).toBeCloseTo(20, 0);
    expect(tenth.verdict.estimatePercent).toBeCloseTo(2, 0);
    expect(tenth.verdict.reason).toBe("BudgetExceeded");
    const [block] = of(tenth.evidence, "block");
    expect(block?.sampled).toEqual([9]);
    const control = of(tenth.evidence, "control").at(-1);
    expect(control?.traces).toBe(control?.onItems);
  });

  test("the cost of a flush is metered, beyond that of its request", async () => {
    const { evidence } = await run({ flush: 500 });
    for (const { phase, flushUs } of of(evidence, "block"))
      expect(flushUs).toBe(phase === "ab" ? 500 : 0);
  });

  test("what a request costs by itself is shared by the items of an export in production", async () => {
    const whole = await run({ extra: 4, flush: 1000 }, { itemsPerExport: 10 });
    const share = await run({ extra: 4, flush: 1000 }, { itemsPerExport: 250 });
    expect(of(share.evidence, "block").at(-1)).toMatchObject({ flushes: 1, oneFlushUs: 1000 });
    expect(whole.verdict.estimatePercent).toBeCloseTo(0.2 + 5, 0);
    expect(share.verdict.estimatePercent).toBeCloseTo(0.2 + 0.2, 0);
  });

  test("a missing agent is an error at the first control", async () => {
    const { evidence, verdict } = await run({ deaf: true });
    expect(verdict).toMatchObject({ verdict: "Error", reason: "NoSpans" });
    const first = evidence.lines.findIndex(({ kind }) => kind === "control");
    expect(evidence.lines[first - 1]).toMatchObject({ phase: "ab", block: 0 });
  });
});

describe("the experiment", () => {
  test("gives both twins the same number of items before they are compared", async () => {
    const { evidence } = await run();
    const [twin] = of(evidence, "twin");
    expect(twin).toMatchObject({ before: [20, 20], bad: 0 });
    expect(twin?.pairs).toHaveLength(30);
  });

  test("counts every item that was on, from the first of the warm-up", async () => {
    const { doors, evidence } = await run();
    const on = doors.served.injected.filter((trace) => Number.parseInt(trace, 16) % 2 === 0).length;
    expect(of(evidence, "control").at(-1)).toMatchObject({
      onItems: on,
      traces: on,
    });
  });

  test("sends one item on to the real collector, once", async () => {
    const { doors, evidence } = await run();
    expect(doors.sent).toHaveLength(1);
    expect(doors.served.injected).toContain(doors.sent[0]);
    expect(of(evidence, "control").map(({ forwardedTrace }) => forwardedTrace)).toEqual(
      of(evidence, "control").map(() => doors.sent[0]),
    );
  });

  test("off against off turns nothing on", async () => {
    const { doors } = await run({}, { blocks: 0, warmupItems: 0, twinPairs: 0 });
    expect(doors.served.injected).toHaveLength(200);
    for (const trace of doors.served.injected) expect(Number.parseInt(trace, 16) % 2).toBe(1);
  });

  test("draws the order within pairs", async () => {
    const { doors } = await run({}, { aaBlocks: 0, warmupItems: 0, twinPairs: 0 });
    const firsts = doors.served.injected
      .filter((_, i) => i % 2 === 0)
      .map((trace) => Number.parseInt(trace, 16) % 2);
    const on = firsts.filter((parity) => parity === 0).length;
    expect(on).toBeGreaterThan(firsts.length * 0.4);
    expect(on).toBeLessThan(firsts.length * 0.6);
  });

  test("never leaves more items waiting for export than the agent has memory for", async () => {
    let [waiting, most] = [0, 0];
    const doors = world();
    const { item, visit } = doors;
    doors.item = async (side, request) => {
      if (request.headers["flashcard-otel-trial"]?.endsWith(";on") && side === "injected")
        waiting += 1;
      most = Math.max(most, waiting);
      await item(side, request);
    };
    doors.visit = async (side, headers) => {
      if (headers["flashcard-otel-trial"]?.endsWith(";flush") && side === "injected") waiting = 0;
      await visit(side, headers);
    };
    await runTrial(
      { ...settings, pairsPerBlock: 170, blocks: 2, twinPairs: 120, warmupItems: 333 },
      doors,
    );
    expect(most).toBe(50);
  });

  test("goes on when an item fails, counts it and tells the first few", async () => {
    const { doors, verdict } = await run({
      item: (_side, n) => {
        if (n > 300 && n % 10 === 0) throw new Error("answered with status 503");
      },
    });
    expect(verdict).toMatchObject({ verdict: "Failed", reason: "RequestsFailed" });
    expect(
      doors.lines.filter((line) => line === "item failed: answered with status 503"),
    ).toHaveLength(5);
  });

  test("a meter that does not answer is the end, with its words", async () => {
    const doors = world();
    let readings = 0;
    const { cpu } = doors;
    doors.cpu = async (side) => {
      readings += 1;
      if (readings > 300)
        throw new Error("the meter of the injected twin cannot read its CPU: 500");
      return cpu(side);
    };
    await runTrial(settings, doors);
    expect(JSON.parse(doors.lines.at(-1) ?? "")).toMatchObject({
      kind: "end",
      reason: "Aborted",
      message: expect.stringContaining("500"),
    });
  });
});
